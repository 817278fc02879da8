"use client";

import { useRouter } from "next/navigation";
import { useCallback } from "react";
import { useNotices } from "@/components/notices/NoticeProvider";
import type { TaskInput } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { type Draft, hasText } from "./drafts";
import { asStored } from "./fields";
import { patchOf } from "./pending-changes";
import { resumeDraft } from "./resume-draft";
import { useTaskMutations } from "./TaskMutationsProvider";

/** What becomes of a draft when its form ends. */
export function useDraftActions() {
  const { createTask, updateTask, drafts } = useTaskMutations();
  const notices = useNotices();
  const router = useRouter();
  const messages = useMessages(taskMessages).draft;

  /** Keeps what was typed, to be found again, and says so; without any, there is nothing to keep. */
  const leave = useCallback(
    (draft: Draft) => {
      const left = { ...(drafts.of(draft.id) ?? draft), left: true };
      if (!hasText(left)) return drafts.drop(draft.id);
      drafts.keep(left);
      notices.show({
        tone: "quiet",
        text: draft.base ? messages.leftOn(draft.base.title) : messages.left,
        action: { label: messages.resume, run: () => resumeDraft(drafts, left, router) },
        seconds: 10,
      });
    },
    [drafts, messages, notices, router],
  );

  const save = useCallback(
    ({ id, base }: Draft, typed: TaskInput) => {
      if (base) {
        const patch = patchOf(base, typed);
        if (patch) updateTask(base, patch);
      } else createTask(asStored(typed), id);
      drafts.drop(id);
    },
    [createTask, drafts, updateTask],
  );

  return { leave, save };
}
