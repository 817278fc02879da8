import type { Task, TaskField, TaskInput, TaskPatch } from "@/lib/api/types";
import { FIELDS, inputOf, sameValue } from "./fields";
import { foldLabel } from "./labels";

/** A task that was changed in two places. */
export interface Comparison {
  theirs: TaskInput;
  /** Theirs, with your changes written over it. */
  yours: TaskInput;
  differing: ReadonlySet<TaskField>;
}

/** What the task would be with their version kept, beside what it would be with yours written over it. */
export function compare(theirs: Task, patch: TaskPatch): Comparison {
  const kept = inputOf(theirs);
  const yours = { ...kept, ...patch };
  return { theirs: kept, yours, differing: new Set(FIELDS.filter((field) => !sameValue(kept[field], yours[field]))) };
}

/** Both wanted the same: there is nothing to choose. */
export const isSettled = (theirs: Task, patch: TaskPatch): boolean => compare(theirs, patch).differing.size === 0;

/** Your changes, upon their version: of labels and checklist only the members that you changed since `base`. */
export function rebase(patch: TaskPatch, base: Task, theirs: Task): TaskPatch {
  const { labels, checklist } = patch;
  return {
    ...patch,
    ...(labels && { labels: withMembers(labels, base.labels, theirs.labels, foldLabel) }),
    ...(checklist && { checklist: withMembers(checklist, base.checklist, theirs.checklist, ({ id }) => id) }),
  };
}

/** Theirs, with what is new, changed or gone in `yours` since `base`. */
function withMembers<T>(yours: T[], base: T[], theirs: T[], idOf: (member: T) => string): T[] {
  const byId = (members: T[]) => new Map(members.map((member) => [idOf(member), member]));
  const [mine, before, others] = [byId(yours), byId(base), byId(theirs)];
  const changed = (member: T) => !sameValue(member, before.get(idOf(member)));
  const kept = theirs.flatMap((member) => {
    const own = mine.get(idOf(member));
    if (!own) return before.has(idOf(member)) ? [] : [member];
    return [changed(own) ? own : member];
  });
  return [...kept, ...yours.filter((member) => !others.has(idOf(member)) && changed(member))];
}
