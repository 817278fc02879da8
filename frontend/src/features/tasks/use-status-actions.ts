"use client";

import { useMemo } from "react";
import { useApi } from "@/features/session";
import type { ListedTask } from "./pending-changes";
import { COMPLETED, isCompleted, nextStatus } from "./status";
import { statusBefore } from "./status-before";
import { useTaskMutations } from "./TaskMutationsProvider";

/** The changes of status that take one click. Each can be taken back. */
export function useStatusActions(edit: (task: ListedTask) => void) {
  const { changeStatus, completedFrom } = useTaskMutations();
  const { activity } = useApi();
  return useMemo(
    () => ({
      toggleCompleted(task: ListedTask) {
        if (!isCompleted(task.status)) return changeStatus(task, COMPLETED);
        const known = completedFrom(task._id);
        if (known) changeStatus(task, known);
        else void statusBefore(task._id, activity).then((before) => changeStatus(task, before));
      },
      /** One in a person's own words is theirs to change. */
      moveToNextStatus(task: ListedTask) {
        const next = nextStatus(task.status);
        if (next) changeStatus(task, next);
        else edit(task);
      },
    }),
    [activity, changeStatus, completedFrom, edit],
  );
}
