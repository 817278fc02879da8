import { FIXED_VIEWS, NO_FILTER, SORTS, type TaskFilter, type View } from "./task-filter";

/** The filter that an address asks for; what it cannot mean is left out. */
export function filterOf(address: URLSearchParams): TaskFilter {
  const order = address.get("order");
  return {
    view: viewOf(address),
    statuses: address.getAll("status").filter(Boolean),
    priorities: address.getAll("priority").map(Number).filter((priority) => [0, 1, 2, 3].includes(priority)),
    completed: address.get("completed") === "shown",
    words: address.get("q") ?? "",
    sort: SORTS.find((sort) => sort === address.get("sort")),
    order: order === "asc" || order === "desc" ? order : undefined,
  };
}

function viewOf(address: URLSearchParams): View {
  const [list, label] = [address.get("list"), address.get("label")];
  if (list) return { kind: "list", name: list };
  if (label) return { kind: "label", name: label };
  return { kind: FIXED_VIEWS.find((view) => view === address.get("view")) ?? "all" };
}

const NAMES = ["view", "list", "label", "status", "priority", "completed", "q", "sort", "order"];

/** The part of the address from "?" on; empty for all open tasks. What else `others` says is kept. */
export function addressOf(filter: TaskFilter, others = new URLSearchParams()): string {
  const { view, statuses, priorities, completed, words, sort, order } = filter;
  const address = new URLSearchParams([...others].filter(([name]) => !NAMES.includes(name)));
  if ("name" in view) address.set(view.kind, view.name);
  else if (view.kind !== "all") address.set("view", view.kind);
  for (const status of statuses) address.append("status", status);
  for (const priority of priorities) address.append("priority", `${priority}`);
  if (completed) address.set("completed", "shown");
  if (words.trim()) address.set("q", words);
  if (sort) address.set("sort", sort);
  if (order) address.set("order", order);
  const query = address.toString();
  return query && `?${query}`;
}

export const addressOfView = (view: View): string => addressOf({ view, ...NO_FILTER });
