import type { Task, TaskField, TaskInput, TaskPatch } from "@/lib/api/types";
import { FIELDS, sameValue } from "./fields";
import { foldLabel } from "./labels";

/** What becomes of your changes of a task that someone else has changed meanwhile. */
export interface Merge {
  /** To be written whatever is chosen: it takes nothing of theirs away. */
  patch: TaskPatch;
  /** Your values of the fields of which one side must give way. */
  clashing: Partial<TaskInput>;
}

/** Puts your changes since `base` together with theirs, field by field, and labels and checklist member by member. */
export function merge(patch: TaskPatch, base: Task, theirs: Task): Merge {
  const merged: Merge = { patch: { ...patch }, clashing: {} };
  for (const field of FIELDS) {
    if (patch[field] === undefined) continue;
    const [kept, yours] = bothWays(field, patch, base, theirs);
    set(merged.patch, field, sameValue(kept, theirs[field]) ? undefined : kept);
    set(merged.clashing, field, sameValue(kept, yours) ? undefined : yours);
  }
  return merged;
}

/** Whether neither side has to give way. */
export const isClear = ({ clashing }: Merge): boolean => Object.keys(clashing).length === 0;

/** What has been changed since `base`. */
export const changedSince = (base: Task, theirs: Task): ReadonlySet<TaskField> =>
  new Set(FIELDS.filter((field) => !sameValue(base[field], theirs[field])));

function set(part: TaskPatch, field: TaskField, value: unknown): void {
  if (value === undefined) delete part[field];
  else Object.assign(part, { [field]: value });
}

/** The field with theirs kept where both changed it, and with yours kept there. */
function bothWays(field: TaskField, patch: TaskPatch, base: Task, theirs: Task): [unknown, unknown] {
  const yours = patch[field];
  if (sameValue(base[field], theirs[field])) return [yours, yours];
  if (field === "checklist" && patch.checklist) {
    return membersBothWays(patch.checklist, base.checklist, theirs.checklist, ({ id }) => id);
  }
  if (field === "labels" && patch.labels) {
    // Two spellings of a label are no reason to ask.
    const [kept] = membersBothWays(patch.labels, base.labels, theirs.labels, foldLabel);
    return [kept, kept];
  }
  return [theirs[field], yours];
}

function membersBothWays<T>(yours: T[], base: T[], theirs: T[], idOf: (member: T) => string): [T[], T[]] {
  const byId = (members: T[]) => new Map(members.map((member) => [idOf(member), member]));
  const [mine, before, others] = [byId(yours), byId(base), byId(theirs)];
  const changedIn = (members: Map<string, T>, id: string) => !sameValue(members.get(id), before.get(id));
  const together = (wins: Map<string, T>, loses: Map<string, T>) => {
    // In their order, and yours after it.
    const ids = new Set([...others.keys(), ...mine.keys()]);
    return [...ids].flatMap((id) => (changedIn(wins, id) ? wins : loses).get(id) ?? []);
  };
  return [together(others, mine), together(mine, others)];
}
