import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useCallback } from "react";
import { useNotices } from "@/components/notices/NoticeProvider";
import { useApi } from "@/features/session";
import { ApiError, hasStatus, NetworkError, SignedOutError } from "@/lib/api/errors";
import { formatNumber, getMessages, useMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { taskMessages } from "@/lib/messages/tasks";
import { isClear, merge } from "./conflict";
import type { Conflict } from "./ConflictDialog";
import { type Drafts, newDraftFrom } from "./drafts";
import type { TaskChange } from "./pending-changes";
import { resumeDraft } from "./resume-draft";
import { removeFromCache, TASKS_KEY } from "./send-change";
import type { UnsettledChanges } from "./unsettled-changes";

export type ReportError = (failure: unknown, change: TaskChange, retry: () => void) => void;

interface ChangeErrorParts {
  drafts: Drafts;
  unsettled: UnsettledChanges;
  onConflict: (conflict: Conflict) => void;
}

/** What the person is told when the gateway refuses a change. The list has already gone back by then. */
export function useChangeErrors({ drafts, unsettled, onConflict }: ChangeErrorParts): ReportError {
  const client = useQueryClient();
  const notices = useNotices();
  const router = useRouter();
  const { tasks } = useApi();
  const { errors, draft } = useMessages(taskMessages);
  const { tryAgain } = useMessages(commonMessages);

  return useCallback<ReportError>((failure, change, retry) => {
    // The page is already on its way to login.
    if (failure instanceof SignedOutError) giveBack();
    else if (hasStatus(failure, 412) && change.kind !== "create") {
      const theirs = failure.current ?? tasks.get(change.base._id);
      void Promise.resolve(theirs).then(
        (current) => {
          const merged = change.kind === "update" ? merge(change.patch, change.base, current) : undefined;
          if (merged && isClear(merged)) tell(failure);
          else onConflict({ change, theirs: current });
        },
        (unread: unknown) => tell(unread),
      );
    } else if (hasStatus(failure, 404) && change.kind !== "create") {
      removeFromCache(client, change.base._id);
      // It may be in a list again.
      if (change.kind === "restore") void client.invalidateQueries({ queryKey: TASKS_KEY });
      tellGone(change.kind === "restore" ? errors.notInTrash(change.base.title) : errors.gone(change.base.title));
    } else {
      tell(failure);
    }

    function giveBack(): void {
      drafts.keepTyped(change);
      unsettled.settle(change);
    }

    function tellGone(text: string): void {
      const words = newDraftFrom(change);
      if (words) drafts.keep(words);
      unsettled.settle(change);
      notices.show({
        tone: "alarm",
        text,
        ...(words && { action: { label: draft.resume, run: () => resumeDraft(drafts, words, router) } }),
      });
    }

    function tell(reason: unknown): void {
      // What may be stored stays unsettled: a reload sends it again. A page that is being left comes here, too.
      if (!isUnanswered(reason)) giveBack();
      else if (change.kind === "update") drafts.keepTyped(change, true);
      const requestId = reason instanceof ApiError ? reason.requestId : undefined;
      notices.show({
        tone: "alarm",
        text: whatBecame(change, reason),
        detail: requestId && errors.requestId(requestId),
        action: {
          label: tryAgain,
          run: () => {
            drafts.dropTyped(change);
            retry();
          },
        },
      });
      // The list may be as stale as the change was unlucky; asking also tells when the gateway is back.
      void client.invalidateQueries({ queryKey: TASKS_KEY });
    }
  }, [client, draft, drafts, errors, notices, onConflict, router, tasks, tryAgain, unsettled]);
}

/** The answer may be lost, or too late, and the change written all the same. */
export const isUnanswered = (reason: unknown): boolean =>
  reason instanceof NetworkError || hasStatus(reason, 502) || hasStatus(reason, 504);

function whatBecame(change: TaskChange, reason: unknown): string {
  const { unanswered, failed } = getMessages(taskMessages).errors;
  const title = change.kind === "create" ? change.input.title : change.base.title;
  if (isUnanswered(reason)) return unanswered[change.kind](title);
  return `${failed[change.kind](title)} ${why(reason)}`;
}

/** Why the gateway did not take a change, in words. */
export function why(reason: unknown): string {
  const { errors } = getMessages(taskMessages);
  if (!(reason instanceof ApiError)) return errors.unknown;
  const seconds = reason.retryAfterSeconds;
  const wait = seconds === undefined ? "" : ` ${errors.waitSeconds(formatNumber(seconds))}`;
  if (reason.status === 429) return errors.tooMany + wait;
  const fields = reason.fields.map(({ field, message }) => `${field}: ${message}`);
  return errors.gatewaySays([reason.message, ...fields].join("; ")) + wait;
}
