import { useQueryClient } from "@tanstack/react-query";
import { isRefused, Refused, Unreachable } from "@/api/failure";
import { useNotices } from "@/notice/NoticeProvider";
import { useApi } from "@/session/SessionProvider";
import type { Change } from "./change";
import type { Clash } from "./ConflictDialog";
import { forget, TASKS_KEY } from "./contract-changes";
import { dropTyped, keepTyped } from "./drafts";

type Refusals = (failure: unknown, change: Change, again: () => void) => void;

/** What the hunter is told when the gateway refuses a change. The list has already gone back by then. */
export function useRefusals(onClash: (clash: Clash) => void): Refusals {
  const client = useQueryClient();
  const notices = useNotices();
  const { tasks } = useApi();

  return (failure, change, again) => {
    // The session is over, and the page is already on its way to login.
    if (isRefused(failure, 401)) keepTyped(change);
    else if (isRefused(failure, 412) && change.kind !== "create") {
      const theirs = failure.current ?? tasks.read(change.base._id);
      void Promise.resolve(theirs).then(
        (current) => onClash({ change, theirs: current }),
        (unread: unknown) => tell(unread),
      );
    } else if (isRefused(failure, 404) && change.kind !== "create") {
      forget(client, change.base._id);
      notices.show({ tone: "alarm", text: `“${change.base.title}” is gone: it was discarded elsewhere.` });
    } else {
      tell(failure);
    }

    function tell(reason: unknown): void {
      keepTyped(change);
      notices.show({
        tone: "alarm",
        text: whatBecame(change, reason),
        detail: reason instanceof Refused && reason.requestId ? `Request ${reason.requestId}` : undefined,
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

const titleOf = (change: Change) => (change.kind === "create" ? change.draft.title : change.base.title);

function whatBecame(change: Change, reason: unknown): string {
  // The answer may be lost, or too late, and the change written all the same.
  const unknown = reason instanceof Unreachable || isRefused(reason, 502) || isRefused(reason, 504);
  if (unknown) return `No answer came: whether “${titleOf(change)}” was ${DONE[change.kind]} the list will tell.`;
  return `${WHAT[change.kind](change)} ${why(reason)}`;
}

const DONE: Record<Change["kind"], string> = { create: "sworn", amend: "rewritten", discard: "discarded" };

const WHAT: Record<Change["kind"], (change: Change) => string> = {
  create: (change) => `“${titleOf(change)}” was not sworn.`,
  amend: (change) => `“${titleOf(change)}” is as it was before.`,
  discard: (change) => `“${titleOf(change)}” still stands.`,
};

function why(reason: unknown): string {
  if (isRefused(reason, 429)) return "Too many requests; rest a moment.";
  if (!(reason instanceof Refused)) return "Something went wrong on this page.";
  const faults = reason.fields.map(({ field, message }) => `${field}: ${message}`);
  return `The gateway says: ${[reason.message, ...faults].join("; ")}.`;
}
