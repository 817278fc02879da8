import type { TasksApi } from "@/lib/api/tasks";
import type { Task, UndoRequest } from "@/lib/api/types";
import { type BulkAction, bodyOf, inChunks } from "./bulk-change";
import type { BulkPart } from "./pending-changes";
import { isCompleted } from "./status";
import { underOneKey } from "./under-one-key";

/** A part that the gateway agreed to, and the task as it is then. */
export interface Done {
  part: BulkPart;
  after: Task;
}

export interface BulkOutcome {
  done: Done[];
  /** Those that the gateway did not take, and why the whole request failed, if it did. */
  failed: BulkPart[];
  failure?: unknown;
  /** How it is undone. */
  undoneBy: UndoRequest[];
}

/** One request for each 500 tasks, one after another; after one that fails none is sent. */
export async function sendBulk(tasks: TasksApi, action: BulkAction, parts: readonly BulkPart[]): Promise<BulkOutcome> {
  const outcome: BulkOutcome = { done: [], failed: [], undoneBy: [] };
  for (const chunk of inChunks(parts)) {
    if (outcome.failure !== undefined) {
      outcome.failed.push(...chunk);
      continue;
    }
    try {
      const { batchId, results } = await underOneKey((key) => tasks.bulk({ ids: chunk.map(({ base }) => base._id), ...bodyOf(action) }, key));
      if (batchId) outcome.undoneBy.push({ batchId });
      const versions = new Map(results.map(({ _id, status, version }) => [_id, status === 200 ? version : null]));
      for (const part of chunk) {
        const version = versions.get(part.base._id);
        if (typeof version === "number") outcome.done.push({ part, after: after(part, version) });
        else outcome.failed.push(part);
      }
    } catch (failure) {
      outcome.failed.push(...chunk);
      outcome.failure = failure;
    }
  }
  return outcome;
}

/** As far as this page can tell; the list is read anew soon after. */
function after(part: BulkPart, version: number): Task {
  const now = new Date().toISOString();
  if (part.kind === "delete") return { ...part.base, version, updatedAt: now, deletedAt: now };
  if (part.kind === "restore") return { ...part.base, version, updatedAt: now, deletedAt: null };
  const task = { ...part.base, ...part.patch, version, updatedAt: now };
  return { ...task, completedAt: isCompleted(task.status) ? (part.base.completedAt ?? now) : null };
}
