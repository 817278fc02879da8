import type { TaskDraft } from "@/api/contract";
import { tabMemory } from "@/session/tab-memory";
import { type Change, isTyped, type ShownTask, textOf } from "./change";

/** What was typed and is not yet saved, with the task it was typed upon unless it is to be a new one. */
export interface Draft {
  base: ShownTask | undefined;
  text: TaskDraft;
}

const KEY = "drafts";
const NEW = "new";

/** By task id, so that each is dropped with its own dialog. */
type Drafts = Record<string, Draft>;

const all = () => tabMemory.read<Drafts>(KEY) ?? {};
const idOf = (base: ShownTask | undefined) => base?._id ?? NEW;

export function keepDraft(draft: Draft): void {
  tabMemory.write(KEY, { ...all(), [idOf(draft.base)]: draft });
}

export function dropDraft(base: ShownTask | undefined): void {
  const { [idOf(base)]: dropped, ...others } = all();
  if (dropped) tabMemory.write(KEY, others);
}

/** Some draft that was left open, by a reload or by the end of a session. */
export const leftDraft = (): Draft | undefined => Object.values(all())[0];

/** A change that came too late, its session being over: what was typed for it becomes a draft again. */
export function keepTyped(change: Change): void {
  if (change.kind === "create") keepDraft({ base: undefined, text: change.draft });
  if (change.kind === "amend" && isTyped(change.patch)) {
    const base = { ...change.base, key: change.base._id, stored: true };
    keepDraft({ base, text: { ...textOf(base), ...change.patch } });
  }
}
