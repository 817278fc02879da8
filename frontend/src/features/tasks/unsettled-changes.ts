import { type PersonStorage, WORDS } from "@/lib/person-storage";
import { isTyped, type TaskChange } from "./pending-changes";

const KEY = `${WORDS}changes`;

/** The gateway forgets an Idempotency-Key after 24 hours: sent again later, a create would make a second task. */
const KEY_LIFE_MS = 23 * 3_600_000;

type Typed = Extract<TaskChange, { kind: "create" | "update" }>;

/**
 * Changes with words in them that were sent and of which it is not known whether the gateway has them. After a
 * reload they are sent again: a create under its key, an update upon its version, so that neither counts twice.
 */
export class UnsettledChanges {
  constructor(private readonly storage: PersonStorage) {}

  keep(change: TaskChange): void {
    if (change.kind === "create" || (change.kind === "update" && isTyped(change))) {
      this.write([...this.without(change), change]);
    }
  }

  settle(change: TaskChange): void {
    if (change.kind === "create" || change.kind === "update") this.write(this.without(change));
  }

  /** Oldest first. */
  all(): Typed[] {
    return this.storage.read<Typed[]>(KEY) ?? [];
  }

  /** All but this one, and what it writes over. */
  private without(latest: Typed): Typed[] {
    return this.all().filter((change) => change.key !== latest.key && !writesOver(latest, change));
  }

  private write(changes: Typed[]): void {
    if (changes.length > 0) this.storage.write(KEY, changes);
    else this.storage.drop(KEY);
  }
}

const writesOver = (latest: Typed, earlier: Typed): boolean =>
  latest.kind === "update" &&
  earlier.kind === "update" &&
  latest.base._id === earlier.base._id &&
  Object.keys(earlier.patch).every((field) => field in latest.patch);

export const mayBeSentAgain = (change: TaskChange, now = Date.now()): boolean =>
  change.kind !== "create" || now - Date.parse(change.at) < KEY_LIFE_MS;
