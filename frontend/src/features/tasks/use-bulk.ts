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
import { type BulkAction, inverseOf, partsOf } from "./bulk-change";
import { readAnew, runTogether, type Runner } from "./run-together";
import { type BulkOutcome, sendBulk, sendEach } from "./send-bulk";
import { useTaskMutations } from "./TaskMutationsProvider";
import { why } from "./use-change-errors";

const UNDO_SECONDS = 12;

interface Parts extends Runner {
  notices: Notices;
  api: TasksApi;
}

/** Does one thing to many tasks: shown at once, told by one notice, taken back by one undo. */
export function useBulk(): (action: BulkAction, tasks: readonly Task[]) => void {
  const client = useQueryClient();
  const notices = useNotices();
  const { tasks: api } = useApi();
  const { versions } = useTaskMutations();
  return useCallback(
    (action, tasks) => void change({ client, notices, api, versions }, action, tasks),
    [client, notices, api, versions],
  );
}

async function change(parts: Parts, action: BulkAction, tasks: readonly Task[]): Promise<void> {
  const words = getMessages(bulkMessages).told;
  const changes = partsOf(action, tasks);
  if (changes.length === 0) {
    parts.notices.show({ tone: "quiet", text: words.nothing, seconds: 6 });
    return;
  }
  const outcome = await runTogether(parts, changes, () => sendBulk(parts.api, action, changes));
  readAnew(parts.client);
  const count = outcome.done.length;
  parts.notices.show({
    tone: outcome.failed.length > 0 ? "alarm" : "quiet",
    text: count > 0 ? told(action, count) : words.none(changes.length),
    detail: whatFailed(action, outcome),
    ...(count > 0 && {
      action: { label: getMessages(taskMessages).undo.action, shortcut: "u", run: () => void undo(parts, action, outcome) },
    }),
    ...(outcome.failed.length === 0 && { seconds: UNDO_SECONDS }),
  });
}

async function undo(parts: Parts, action: BulkAction, { done }: BulkOutcome): Promise<void> {
  const inverse = done.map(({ part, after }) => inverseOf(part, after));
  const back = oppositeOf(action);
  const outcome = await runTogether(parts, inverse, () =>
    back ? sendBulk(parts.api, { kind: back }, inverse) : sendEach(parts.api, inverse),
  );
  readAnew(parts.client);
  const words = getMessages(bulkMessages).told;
  parts.notices.show({
    tone: outcome.failed.length > 0 ? "alarm" : "quiet",
    text: words.undone(outcome.done.length),
    detail: outcome.failed.length > 0 ? words.notUndone(outcome.failed.length) : undefined,
    ...(outcome.failed.length === 0 && { seconds: 6 }),
  });
}

/** Into the trash and out of it is one request for all; a field gets the value that each task had. */
function oppositeOf({ kind }: BulkAction): "delete" | "restore" | undefined {
  if (kind === "delete") return "restore";
  return kind === "restore" ? "delete" : undefined;
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
