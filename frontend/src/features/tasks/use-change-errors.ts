import { useQueryClient } from "@tanstack/react-query";
import { hasStatus, ApiError, NetworkError } from "@/lib/api/errors";
import { useNotices } from "@/components/notices/NoticeProvider";
import { useApi } from "@/features/session";
import type { TaskChange } from "./pending-changes";
import type { Conflict } from "./ConflictDialog";
import { removeFromCache, TASKS_KEY } from "./send-change";
import { dropTyped, keepTyped } from "./drafts";

type ChangeErrors = (failure: unknown, change: TaskChange, again: () => void) => void;

/** What the hunter is told when the gateway refuses a change. The list has already gone back by then. */
export function useChangeErrors(onClash: (clash: Conflict) => void): ChangeErrors {
  const client = useQueryClient();
  const notices = useNotices();
  const { tasks } = useApi();

  return (failure, change, again) => {
    // The session is over, and the page is already on its way to login.
    if (hasStatus(failure, 401)) keepTyped(change);
    else if (hasStatus(failure, 412) && change.kind !== "create") {
      const theirs = failure.current ?? tasks.read(change.base._id);
      void Promise.resolve(theirs).then(
        (current) => onClash({ change, theirs: current }),
        (unread: unknown) => tell(unread),
      );
    } else if (hasStatus(failure, 404) && change.kind !== "create") {
      removeFromCache(client, change.base._id);
      notices.show({ tone: "alarm", text: `“${change.base.title}” is gone: it was discarded elsewhere.` });
    } else {
      tell(failure);
    }

    function tell(reason: unknown): void {
      keepTyped(change);
      notices.show({
        tone: "alarm",
        text: whatBecame(change, reason),
        detail: reason instanceof ApiError && reason.requestId ? `Request ${reason.requestId}` : undefined,
        action: {
          label: "Try again",
          run: () => {
            dropTyped(change);
            again();
          },
        },
      });
      // The list may be as stale as the change was unlucky; asking also tells when the gateway is back.
      void client.invalidateQueries({ queryKey: TASKS_KEY });
    }
  };
}

const titleOf = (change: TaskChange) => (change.kind === "create" ? change.draft.title : change.base.title);

function whatBecame(change: TaskChange, reason: unknown): string {
  // The answer may be lost, or too late, and the change written all the same.
  const unknown = reason instanceof NetworkError || hasStatus(reason, 502) || hasStatus(reason, 504);
  if (unknown) return `No answer came: whether “${titleOf(change)}” was ${DONE[change.kind]} the list will tell.`;
  return `${WHAT[change.kind](change)} ${why(reason)}`;
}

const DONE: Record<TaskChange["kind"], string> = { create: "sworn", amend: "rewritten", discard: "discarded" };

const WHAT: Record<TaskChange["kind"], (change: TaskChange) => string> = {
  create: (change) => `“${titleOf(change)}” was not sworn.`,
  amend: (change) => `“${titleOf(change)}” is as it was before.`,
  discard: (change) => `“${titleOf(change)}” still stands.`,
};

function why(reason: unknown): string {
  if (hasStatus(reason, 429)) return "Too many requests; rest a moment.";
  if (!(reason instanceof ApiError)) return "Something went wrong on this page.";
  const faults = reason.fields.map(({ field, message }) => `${field}: ${message}`);
  return `The gateway says: ${[reason.message, ...faults].join("; ")}.`;
}
