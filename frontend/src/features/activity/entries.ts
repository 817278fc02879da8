import type { Activity, UndoRequest } from "@/lib/api/types";

/** What is shown as one: an activity, or all that a batch did on a day. */
export type Entry = readonly [Activity, ...Activity[]];

/** Activities in the order given; those of one batch stand together where the first of them stands. */
export function byBatch(activities: readonly Activity[]): Entry[] {
  const batches = new Map<string, [Activity, ...Activity[]]>();
  const entries: Entry[] = [];
  for (const activity of activities) {
    const batch = activity.batchId === null ? undefined : batches.get(activity.batchId);
    if (batch) {
      batch.push(activity);
      continue;
    }
    const entry: [Activity, ...Activity[]] = [activity];
    entries.push(entry);
    if (activity.batchId !== null) batches.set(activity.batchId, entry);
  }
  return entries;
}

/** How an entry is undone: an event alone, a batch as a whole. */
export function requestOf([first, ...others]: Entry): UndoRequest {
  return others.length > 0 && first.batchId !== null ? { batchId: first.batchId } : { eventId: first.id };
}

/** Which activity undid which, as far as they are loaded: of what is loaded, all that is newer is, too. */
export class Undos {
  private readonly known: ReadonlyMap<string, Activity>;
  private readonly latest = new Map<string, Activity>();

  /** `activities`: newest first. */
  constructor(activities: readonly Activity[]) {
    this.known = new Map(activities.map((activity) => [activity.id, activity]));
    for (const activity of activities) {
      const { causedBy } = activity;
      if (causedBy !== null && !this.latest.has(causedBy)) this.latest.set(causedBy, activity);
    }
  }

  /** The undo of it that stands: one that was undone in turn does not. */
  of({ id }: Activity): Activity | undefined {
    const undo = this.latest.get(id);
    return undo && this.of(undo) === undefined ? undo : undefined;
  }

  /** What it undid, if that is known. */
  causeOf({ causedBy }: Activity): Activity | undefined {
    return causedBy === null ? undefined : this.known.get(causedBy);
  }

  /** Whether it took something back; an undo of an undo did it again. */
  takesBack(activity: Activity): boolean {
    if (activity.causedBy === null) return false;
    const cause = this.causeOf(activity);
    return cause === undefined || !this.takesBack(cause);
  }
}

/** What a person can do to an entry: undo it, or do again what was undone by an undo of these. */
export interface UndoOffer {
  kind: "undo" | "redo";
  request: UndoRequest;
}

/** None for an undo that was taken back: what it undid has the offer; nor where one redo would not do. */
export function offerOf(entry: Entry, undos: Undos): UndoOffer | undefined {
  const [first] = entry;
  const takesBack = undos.takesBack(first);
  const undoneBy = entry.map((activity) => undos.of(activity));
  if (undoneBy.some((undo) => undo === undefined)) return { kind: takesBack ? "redo" : "undo", request: requestOf(entry) };
  const [undo, ...others] = byBatch(undoneBy.flatMap((each) => each ?? []));
  return takesBack || !undo || others.length > 0 ? undefined : { kind: "redo", request: requestOf(undo) };
}
