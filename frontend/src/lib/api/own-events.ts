import type { Activity } from "./types";

/** The events and batches of the writes that this page sent itself: what they made is known here already. */
export class OwnEvents {
  private readonly ids = new Set<string>();

  /** Notes the ids that a response names; the response itself. */
  note<T extends { eventId?: string | null; batchId?: string | null }>(response: T): T {
    for (const id of [response.eventId, response.batchId]) if (id) this.ids.add(id);
    return response;
  }

  has({ id, batchId }: Activity): boolean {
    return this.ids.has(id) || (batchId !== null && this.ids.has(batchId));
  }
}
