import type { TaskInput } from "@/lib/api/types";
import { type PersonStorage, WORDS } from "@/lib/person-storage";
import { inputOf, newInput } from "./fields";
import { isTyped, type ListedTask, newKey, patchOf, type TaskChange } from "./pending-changes";

/** What was typed and is not yet saved, with the task it was typed upon unless it is to be a new one. */
export interface Draft {
  /** The task's, or the key under which a new one will be sent: two tabs with one draft make one task. */
  id: string;
  base: ListedTask | undefined;
  input: TaskInput;
  /** Put aside: it waits to be asked for, where another one opens by itself. */
  left?: boolean;
}

const KEY = `${WORDS}drafts`;

/** By id, so that each is dropped with its own dialog. */
type ById = Record<string, Draft>;

/** One person's drafts, kept until the gateway has what they say or the person throws them away. */
export class Drafts {
  private readonly watchers = new Set<(draft: Draft) => void>();
  private readonly unsavedWatchers = new Set<() => void>();
  private unsavedIds: ReadonlySet<string>;

  constructor(private readonly storage: PersonStorage) {
    this.unsavedIds = withText(this.all());
  }

  keep(draft: Draft): void {
    this.write({ ...this.all(), [draft.id]: draft });
  }

  drop(id: string): void {
    const { [id]: dropped, ...others } = this.all();
    if (dropped) this.write(others);
  }

  /** The tasks upon which something was typed that is not saved: the same set until another is among them. */
  readonly unsaved = (): ReadonlySet<string> => this.unsavedIds;

  readonly watchUnsaved = (changed: () => void): (() => void) => {
    this.unsavedWatchers.add(changed);
    return () => this.unsavedWatchers.delete(changed);
  };

  of(id: string): Draft | undefined {
    return this.all()[id];
  }

  /** Some draft that was open when the page or the session ended. */
  anyOpen(): Draft | undefined {
    return Object.values(this.all()).find(({ left }) => !left);
  }

  /** Some new task that was typed and never saved. */
  anyNew(): Draft | undefined {
    return Object.values(this.all()).find(({ base }) => !base);
  }

  /** Has the list open it, with what was typed into it since: at once where the list is on the screen, else when it comes. */
  resume(left: Draft): void {
    const draft = { ...(this.of(left.id) ?? left), left: false };
    this.keep(draft);
    for (const open of this.watchers) open(draft);
  }

  readonly watch = (open: (draft: Draft) => void): (() => void) => {
    this.watchers.add(open);
    return () => this.watchers.delete(open);
  };

  /** A change that the gateway did not take: what was typed for it becomes a draft again. */
  keepTyped(change: TaskChange, left = false): void {
    const draft = draftFrom(change);
    // One that is there already was typed upon this change, and holds it.
    if (draft && !this.of(draft.id)) this.keep({ ...draft, left });
  }

  /** The change is sent again: its draft goes, unless more was typed into it. */
  dropTyped(change: TaskChange): void {
    const draft = draftFrom(change);
    if (draft && JSON.stringify(this.of(draft.id)?.input) === JSON.stringify(draft.input)) this.drop(draft.id);
  }

  private write(drafts: ById): void {
    if (Object.keys(drafts).length > 0) this.storage.write(KEY, drafts);
    else this.storage.drop(KEY);
    const ids = withText(drafts);
    if (ids.size === this.unsavedIds.size && [...ids].every((id) => this.unsavedIds.has(id))) return;
    this.unsavedIds = ids;
    for (const changed of this.unsavedWatchers) changed();
  }

  private all(): ById {
    const kept = Object.entries(this.storage.read<ById>(KEY) ?? {});
    return Object.fromEntries(kept.map(([id, draft]) => [id, whole(draft)]));
  }
}

const withText = (drafts: ById): ReadonlySet<string> =>
  new Set(Object.values(drafts).filter((draft) => draft.base && hasText(draft)).map(({ id }) => id));

/** One that was kept before a field existed lacks it. */
function whole(draft: Draft): Draft {
  return { ...draft, input: { ...(draft.base ? inputOf(draft.base) : newInput("")), ...draft.input } };
}

/** Whether there is anything in it that a person would miss. */
export function hasText({ base, input }: Pick<Draft, "base" | "input">): boolean {
  if (base) return patchOf(base, input) !== undefined;
  const { title, description, due, labels, checklist } = input;
  return (title + description).trim() !== "" || due !== null || labels.length > 0 || checklist.length > 0;
}

/** The draft that a change becomes when the gateway does not take it; none for a mere click. */
function draftFrom(change: TaskChange): Draft | undefined {
  if (change.kind === "create") return { id: change.key, base: undefined, input: change.input };
  const input = typedUpon(change);
  return input && { id: change.base._id, base: { ...change.base, key: change.base._id, stored: true }, input };
}

/** The words of a change to a task that is gone, as a new task to be taken up; undefined for a mere click. */
export function newDraftFrom(change: TaskChange): Draft | undefined {
  const input = typedUpon(change);
  return input && { id: newKey(), base: undefined, input, left: true };
}

function typedUpon(change: TaskChange): TaskInput | undefined {
  return change.kind === "update" && isTyped(change) ? { ...inputOf(change.base), ...change.patch } : undefined;
}
