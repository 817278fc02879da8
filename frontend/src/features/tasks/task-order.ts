import type { Sort, Task, TaskQuery } from "@/lib/api/types";
import { foldText } from "./fold";

/** What is compared, as text or number; undefined stands last in both directions. */
const KEYS: Record<Sort, (task: Task) => string | number | undefined> = {
  created: ({ createdAt }) => createdAt,
  updated: ({ updatedAt }) => updatedAt,
  due: ({ due }) => due && ("date" in due ? due.date : due.at) || undefined,
  priority: ({ priority }) => priority,
  title: ({ title }) => foldText(title),
  rank: ({ rank }) => rank,
};

const DESCENDING: readonly Sort[] = ["created", "updated", "priority"];

/** The direction in which the gateway sorts, unless another is asked for. */
export const orderOf = (sort: Sort): "asc" | "desc" => (DESCENDING.includes(sort) ? "desc" : "asc");

/** Negative where `one` stands before `other` in the list of this query, as far as this page can tell. */
export function compareTasks(one: Task, other: Task, { sort = "created", order }: TaskQuery): number {
  const [left, right] = [KEYS[sort](one), KEYS[sort](other)];
  if ((left === undefined) !== (right === undefined)) return left === undefined ? 1 : -1;
  const direction = (order ?? orderOf(sort)) === "desc" ? -1 : 1;
  return direction * (compare(left, right) || compare(one._id, other._id));
}

function compare<Key extends string | number | undefined>(left: Key, right: Key): number {
  if (left === undefined || right === undefined || left === right) return 0;
  return left < right ? -1 : 1;
}

/** Whether a change of the task moves it in the list. */
export const isMoved = (before: Task, after: Task, query: TaskQuery): boolean => compareTasks(before, after, query) !== 0;
