import type { Task } from "@/lib/api/types";

export interface Move {
  task: Task;
  /** The id of the task behind which it goes; null on top. */
  after: string | null;
  /** Where this page sorts it until the gateway has given it a rank of its own. */
  rank: string;
}

/** Moves the task to the place `to` of those shown, counted without itself; undefined where it stays. */
export function moveTo(tasks: readonly Task[], id: string, to: number): Move | undefined {
  const from = tasks.findIndex(({ _id }) => _id === id);
  const task = tasks[from];
  const others = tasks.filter(({ _id }) => _id !== id);
  const place = Math.max(0, Math.min(to, others.length));
  if (!task || place === from) return undefined;
  const before = others[place - 1];
  return { task, after: before?._id ?? null, rank: between(before?.rank ?? "", others[place]?.rank) };
}

/** Some text that sorts behind `low` and before `high`. */
export function between(low: string, high: string | undefined): string {
  if (high === undefined) return `${low}~`;
  if (!high.startsWith(low)) return `${low}V`;
  return `${low}${String.fromCharCode(high.charCodeAt(low.length) - 1)}V`;
}
