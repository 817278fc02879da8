import type { TaskInput } from "@/lib/api/types";
import { tabStorage } from "@/lib/tab-storage";
import { inputOf } from "./fields";
import { isTyped, type ListedTask, patchOf, type TaskChange } from "./pending-changes";

/** What was typed and is not yet saved, with the task it was typed upon unless it is to be a new one. */
export interface Draft {
  id: string;
  base: ListedTask | undefined;
  input: TaskInput;
}

const KEY = "drafts";

/** By id, so that each is dropped with its own dialog. */
type Drafts = Record<string, Draft>;

const all = () => tabStorage.read<Drafts>(KEY) ?? {};

export function keepDraft(draft: Draft): void {
  tabStorage.write(KEY, { ...all(), [draft.id]: draft });
}

export function dropDraft(id: string): void {
  const { [id]: dropped, ...others } = all();
  if (dropped) tabStorage.write(KEY, others);
}

export const draftOf = (id: string): Draft | undefined => all()[id];

/** Some draft that was left open, by a reload or by the end of a session. */
export const anyDraft = (): Draft | undefined => Object.values(all())[0];

/** Some new task that was typed and never saved. */
export const anyNewDraft = (): Draft | undefined => Object.values(all()).find(({ base }) => !base);

/** Whether there is anything in it that a person would miss. */
export function hasText({ base, input }: Draft): boolean {
  return base ? patchOf(base, input) !== undefined : (input.title + input.description).trim() !== "";
}

/** The draft that a change becomes when the gateway does not take it; none for a mere click. */
function draftFrom(change: TaskChange): Draft | undefined {
  // Keys begin anew with each load of the page; with the time they do not meet those of the last.
  if (change.kind === "create") return { id: `${change.key} ${change.at}`, base: undefined, input: change.input };
  if (change.kind === "delete" || !isTyped(change.patch)) return undefined;
  const base = { ...change.base, key: change.base._id, stored: true };
  return { id: base._id, base, input: { ...inputOf(base), ...change.patch } };
}

/** A change that the gateway did not take: what was typed for it becomes a draft again. */
export function keepTyped(change: TaskChange): void {
  const draft = draftFrom(change);
  if (draft) keepDraft(draft);
}

export function dropTyped(change: TaskChange): void {
  const draft = draftFrom(change);
  if (draft) dropDraft(draft.id);
}
