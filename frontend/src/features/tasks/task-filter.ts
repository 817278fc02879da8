import type { DueState, Sort, TaskQuery } from "@/lib/api/types";
import { COMPLETED, foldStatus } from "./status";

/** A list of its own in the navigation: one of the fixed ones, or that of a list or a label. */
export type View = { kind: FixedView } | { kind: "list" | "label"; name: string };

export const FIXED_VIEWS = ["all", "inbox", "overdue", "today", "upcoming", "trash"] as const;
export type FixedView = (typeof FIXED_VIEWS)[number];

export const SORTS: readonly Sort[] = ["rank", "created", "updated", "due", "priority", "title"];

/** What the person wants to see, as the address of the page says it. */
export interface TaskFilter {
  view: View;
  /** Any of these; none is every status. */
  statuses: readonly string[];
  /** Any of these; none is every priority. */
  priorities: readonly number[];
  /** Whether completed tasks are shown among the others. */
  completed: boolean;
  words: string;
  /** Undefined: as the view sorts by itself. */
  sort: Sort | undefined;
  order: "asc" | "desc" | undefined;
}

export const NOT_NARROWED = { statuses: [], priorities: [], words: "" } satisfies Partial<TaskFilter>;

/** A view as it is opened. */
export const NO_FILTER: Omit<TaskFilter, "view"> = {
  ...NOT_NARROWED,
  completed: false,
  sort: undefined,
  order: undefined,
};

/** Whether the view is narrowed, so that it may hide what belongs to it. */
export const isFiltering = ({ statuses, priorities, words }: TaskFilter): boolean =>
  statuses.length > 0 || priorities.length > 0 || words.trim() !== "";

export const isSameView = (one: View, other: View): boolean =>
  one.kind === other.kind && nameOf(one) === nameOf(other);

export const nameOf = (view: View): string => ("name" in view ? view.name : "");

const DUE: Partial<Record<View["kind"], DueState>> = { overdue: "overdue", today: "today", upcoming: "upcoming" };

/** How a view sorts as long as nobody chooses otherwise. */
export function defaultSort({ kind }: View): Sort {
  if (kind === "trash") return "updated";
  return DUE[kind] ? "due" : "rank";
}

/** The filter as the gateway takes it; `zone` is the browser's, which says when today is. */
export function queryOf(filter: TaskFilter, zone: string): TaskQuery {
  const { view, statuses, priorities, order } = filter;
  const due = DUE[view.kind];
  const q = searchText(filter.words);
  return {
    ...(view.kind === "inbox" && { list: [""] }),
    ...(view.kind === "list" && { list: [view.name] }),
    ...(view.kind === "label" && { label: [view.name] }),
    ...(view.kind === "trash" && { trash: true }),
    ...(due && { due, tz: zone }),
    ...(hidesCompleted(filter) && { done: false }),
    ...(statuses.length > 0 && { status: statuses }),
    ...(priorities.length > 0 && { priority: priorities }),
    ...(q && { q }),
    sort: filter.sort ?? defaultSort(view),
    ...(order && { order }),
  };
}

/** Completed tasks are out of the way, unless they are asked for. */
const hidesCompleted = ({ view, completed, statuses }: TaskFilter): boolean =>
  view.kind !== "trash" && !completed && !statuses.some((status) => foldStatus(status) === foldStatus(COMPLETED));

const MOST_WORDS = 10;
const MOST_CHARACTERS = 200;

/** As much of what was typed as the gateway searches for. */
const searchText = (words: string): string =>
  [...words.trim().split(/\s+/).slice(0, MOST_WORDS).join(" ")].slice(0, MOST_CHARACTERS).join("").trim();
