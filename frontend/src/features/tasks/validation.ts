import { CHECKLIST_ITEM_LIMITS, lengthOf, TASK_LIMITS } from "@/lib/api/limits";
import type { Task, TaskField, TaskInput } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { FINISHED, isPossibleDay, partsOf, type Unfinished } from "./due";
import { asStored } from "./fields";

export type TaskErrors = Partial<Record<TaskField, string>>;

/** The gateway's own rules for a task, said before it has to say them. Empty: nothing to mend. */
export function taskErrors(input: TaskInput): TaskErrors {
  const messages = getMessages(taskMessages).form;
  const { title, status, due, list, labels, checklist, description } = asStored(input);
  const tooLong = (limit: number, ...texts: string[]) =>
    texts.some((text) => lengthOf(text) > limit) ? messages.tooLong(limit) : undefined;
  const tooMany = (limit: number, members: unknown[]) =>
    members.length > limit ? messages.tooMany(limit) : undefined;

  const errors: Record<TaskField, string | undefined> = {
    title: title === "" ? messages.titleMissing : tooLong(TASK_LIMITS.title.maxLength, title),
    status: status === "" ? messages.statusMissing : tooLong(TASK_LIMITS.status.maxLength, status),
    due: dueErrors(due, FINISHED).day,
    priority: undefined,
    list: tooLong(TASK_LIMITS.list.maxLength, list),
    labels:
      tooLong(TASK_LIMITS.labels.items.maxLength, ...labels) ?? tooMany(TASK_LIMITS.labels.maxItems, labels),
    checklist:
      tooLong(CHECKLIST_ITEM_LIMITS.text.maxLength, ...checklist.map(({ text }) => text)) ??
      tooMany(TASK_LIMITS.checklist.maxItems, checklist),
    description: tooLong(TASK_LIMITS.description.maxLength, description),
  };
  const wrong = Object.entries(errors).filter(([, error]) => error !== undefined);
  return Object.fromEntries(wrong);
}

/** What is to be mended of a due date, at each part of it. */
export function dueErrors(due: Task["due"], unfinished: Unfinished): Partial<Record<keyof Unfinished, string>> {
  const messages = getMessages(taskMessages).form;
  const { day } = partsOf(due);
  const wrongDay = day === "" ? messages.dayMissing : isPossibleDay(day) ? undefined : messages.dayImpossible;
  const dayError = unfinished.day ? messages.dueUnfinished : due ? wrongDay : undefined;
  return { ...(dayError && { day: dayError }), ...(unfinished.time && { time: messages.dueUnfinished }) };
}
