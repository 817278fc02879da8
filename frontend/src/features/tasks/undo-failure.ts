import type { NewNotice } from "@/components/notices/notices";
import { hasStatus } from "@/lib/api/errors";
import { getMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { undoMessages } from "@/lib/messages/undo";
import { isUnanswered, why } from "./use-change-errors";

/** No such event is known, or it is older than what is known of its task. */
export const isFinalRefusal = (failure: unknown): boolean =>
  hasStatus(failure, 404) || (hasStatus(failure, 409) && failure.conflicts !== undefined);

/** Why something was not undone; offers to try `again` where that may help. */
export function undoFailureNotice(what: string, failure: unknown, again: () => void): NewNotice {
  const { tooOld, unknown, unanswered, failed } = getMessages(undoMessages).told;
  const tone = "alarm";
  if (isFinalRefusal(failure)) return { tone, text: (hasStatus(failure, 404) ? unknown : tooOld)(what) };
  const action = { label: getMessages(commonMessages).tryAgain, run: again };
  if (isUnanswered(failure)) return { tone, text: unanswered(what), action };
  return { tone, text: failed(what), detail: why(failure), action };
}
