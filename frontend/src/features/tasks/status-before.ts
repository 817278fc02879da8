import type { ActivityApi } from "@/lib/api/activity";
import type { Activity } from "@/lib/api/types";
import { FIRST_STATUS, isCompleted } from "./status";

/** As many entries as one page of the journal holds. */
const LOOK_BACK = 100;
const TIMEOUT_MS = 3_000;

/** The status that a completed task had before, by its journal; the first one where that does not tell. */
export async function statusBefore(taskId: string, activity: ActivityApi): Promise<string> {
  const page = await activity
    .list({ taskId, limit: LOOK_BACK }, AbortSignal.timeout(TIMEOUT_MS))
    .catch(() => undefined);
  return page?.activities.map(completedFrom).find((status) => status !== undefined) ?? FIRST_STATUS;
}

/** What the task was before this entry completed it. */
function completedFrom({ changes }: Activity): string | undefined {
  const { from, to } = changes.status ?? {};
  if (typeof from !== "string" || typeof to !== "string") return undefined;
  return isCompleted(to) && !isCompleted(from) ? from : undefined;
}
