import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useNotices } from "@/components/notices/NoticeProvider";
import { useApi } from "@/features/session";
import { ApiError, hasStatus, NetworkError } from "@/lib/api/errors";
import { getMessages, useMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { taskMessages } from "@/lib/messages/tasks";
import type { Conflict } from "./ConflictDialog";
import { dropTyped, keepTyped } from "./drafts";
import type { TaskChange } from "./pending-changes";
import { removeFromCache, TASKS_KEY } from "./send-change";

type ReportError = (failure: unknown, change: TaskChange, retry: () => void) => void;

/** What the person is told when the gateway refuses a change. The list has already gone back by then. */
export function useChangeErrors(onConflict: (conflict: Conflict) => void): ReportError {
  const client = useQueryClient();
  const notices = useNotices();
  const { tasks } = useApi();
  const { errors } = useMessages(taskMessages);
  const { tryAgain } = useMessages(commonMessages);

  return useCallback<ReportError>((failure, change, retry) => {
    // The session is over, and the page is already on its way to login.
    if (hasStatus(failure, 401)) keepTyped(change);
    else if (hasStatus(failure, 412) && change.kind !== "create") {
      const theirs = failure.current ?? tasks.get(change.base._id);
      void Promise.resolve(theirs).then(
        (current) => onConflict({ change, theirs: current }),
        (unread: unknown) => tell(unread),
      );
    } else if (hasStatus(failure, 404) && change.kind !== "create") {
      removeFromCache(client, change.base._id);
      notices.show({ tone: "alarm", text: errors.gone(change.base.title) });
    } else {
      tell(failure);
    }

    function tell(reason: unknown): void {
      keepTyped(change);
      const requestId = reason instanceof ApiError ? reason.requestId : undefined;
      notices.show({
        tone: "alarm",
        text: whatBecame(change, reason),
        detail: requestId && errors.requestId(requestId),
        action: {
          label: tryAgain,
          run: () => {
            dropTyped(change);
            retry();
          },
        },
      });
      // The list may be as stale as the change was unlucky; asking also tells when the gateway is back.
      void client.invalidateQueries({ queryKey: TASKS_KEY });
    }
  }, [client, errors, notices, onConflict, tasks, tryAgain]);
}

function whatBecame(change: TaskChange, reason: unknown): string {
  const { unanswered, failed } = getMessages(taskMessages).errors;
  const title = change.kind === "create" ? change.input.title : change.base.title;
  // The answer may be lost, or too late, and the change written all the same.
  const unknown = reason instanceof NetworkError || hasStatus(reason, 502) || hasStatus(reason, 504);
  if (unknown) return unanswered[change.kind](title);
  return `${failed[change.kind](title)} ${why(reason)}`;
}

function why(reason: unknown): string {
  const { errors } = getMessages(taskMessages);
  if (hasStatus(reason, 429)) return errors.tooMany;
  if (!(reason instanceof ApiError)) return errors.unknown;
  const fields = reason.fields.map(({ field, message }) => `${field}: ${message}`);
  return errors.gatewaySays([reason.message, ...fields].join("; "));
}
