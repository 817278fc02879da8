"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useNotices } from "@/components/notices/NoticeProvider";
import type { Notices } from "@/components/notices/notices";
import { useApi } from "@/features/session";
import type { TasksApi } from "@/lib/api/tasks";
import type { Task } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { bulkMessages } from "@/lib/messages/bulk";
import { taskMessages } from "@/lib/messages/tasks";
import type { Act, Written } from "./act";
import type { Acts } from "./acts";
import { type BulkAction, inverseOf, partsOf } from "./bulk-change";
import { readAnew, runTogether, type Runner } from "./run-together";
import { type BulkOutcome, sendBulk } from "./send-bulk";
import { useTaskMutations } from "./TaskMutationsProvider";
import { why } from "./use-change-errors";

const UNDO_SECONDS = 12;

interface Parts extends Runner {
  notices: Notices;
  api: TasksApi;
  acts: Acts;
}

/** Does one thing to many tasks: shown at once, told by one notice, taken back by one undo. */
export function useBulk(): (action: BulkAction, tasks: readonly Task[]) => void {
  const client = useQueryClient();
  const notices = useNotices();
  const { tasks: api } = useApi();
  const { versions, acts } = useTaskMutations();
  return useCallback(
    (action, tasks) => void change({ client, notices, api, versions, acts }, action, tasks),
    [client, notices, api, versions, acts],
  );
}

async function change(parts: Parts, action: BulkAction, tasks: readonly Task[]): Promise<void> {
  const words = getMessages(bulkMessages).told;
  const changes = partsOf(action, tasks);
  if (changes.length === 0) {
    parts.notices.show({ tone: "quiet", text: words.nothing, seconds: 6 });
    return;
  }
  const sent = runTogether(parts, changes, () => sendBulk(parts.api, action, changes));
  const act: Act = { text: told(action, changes.length), written: sent.then(writtenBy) };
  parts.acts.did(act);
  const outcome = await sent;
  readAnew(parts.client);
  const count = outcome.done.length;
  const text = count > 0 ? told(action, count) : words.none(changes.length);
  act.text = text;
  const notice = parts.notices.show({
    tone: outcome.failed.length > 0 ? "alarm" : "quiet",
    text,
    detail: whatFailed(action, outcome),
    ...(outcome.undoneBy.length > 0 && {
      action: { label: getMessages(taskMessages).undo.action, shortcut: "u", run: () => void parts.acts.undo(act) },
    }),
    ...(outcome.failed.length === 0 && { seconds: UNDO_SECONDS }),
  });
  act.retract = () => (parts.notices.dismiss(notice), false);
}

/** How all of it is undone; the first of its batches stands for what all tasks will be. */
function writtenBy({ done, undoneBy }: BulkOutcome): Written[] {
  const inverse = done.map(({ part, after }) => inverseOf(part, after));
  return undoneBy.map((undo, index) => ({ undo, inverse: index === 0 ? inverse : [] }));
}

function told(action: BulkAction, count: number): string {
  const words = getMessages(bulkMessages).told;
  if (action.kind === "delete") return words.deleted(count);
  if (action.kind === "restore") return words.restored(count);
  return action.kind === "set" && action.fields.status !== undefined ? words.completed(count) : words.changed(count);
}

function whatFailed(action: BulkAction, { failed, failure }: BulkOutcome): string | undefined {
  if (failed.length === 0) return undefined;
  const words = getMessages(bulkMessages).told;
  if (failure !== undefined) return `${words.failed(failed.length)} ${why(failure)}`;
  return action.kind === "restore" ? words.notRestored(failed.length) : words.failed(failed.length);
}
