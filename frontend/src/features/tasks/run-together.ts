import { MutationObserver, type QueryClient } from "@tanstack/react-query";
import type { OwnVersions } from "./own-versions";
import type { BulkPart, Together } from "./pending-changes";
import type { BulkOutcome } from "./send-bulk";
import { applyOutcome, CHANGES_KEY, FACETS_KEY, TASKS_KEY } from "./send-change";

export interface Runner {
  client: QueryClient;
  versions: OwnVersions;
}

/**
 * Sends changes together by `send`, which never throws. While it is under way the lists show the tasks as they will be.
 * Those of one `scope` are sent one after another.
 */
export async function runTogether(
  { client, versions }: Runner,
  parts: readonly BulkPart[],
  send: () => Promise<BulkOutcome>,
  scope?: string,
): Promise<BulkOutcome> {
  const observer = new MutationObserver<BulkOutcome, Error, Together>(client, {
    mutationKey: CHANGES_KEY,
    ...(scope !== undefined && { scope: { id: scope } }),
    mutationFn: send,
    onSuccess: ({ done }) => {
      for (const { part, after } of done) {
        // Sent upon whichever version there was: those between may be somebody else's.
        if (after.version > part.base.version) versions.wrote(after.version - 1, after);
        const task = versions.latest(part.base) === after.version ? after : { ...after, version: part.base.version };
        applyOutcome(client, part, part.kind === "delete" ? { kind: "deleted" } : { kind: "stored", task });
      }
    },
  });
  try {
    return await observer.mutate({ kind: "together", parts });
  } finally {
    observer.reset();
  }
}

/** After more was changed than this page can tell by itself. */
export function readAnew(client: QueryClient): void {
  for (const queryKey of [TASKS_KEY, FACETS_KEY]) void client.invalidateQueries({ queryKey });
}
