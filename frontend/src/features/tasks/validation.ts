import { TASK_LIMITS, lengthOf } from "@/lib/api/limits";
import type { TaskField, TaskInput } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";

export type TaskErrors = Partial<Record<TaskField, string>>;

/** The gateway's own rules for a task, said before it has to say them. Empty: nothing to mend. */
export function taskErrors({ title, status, description }: TaskInput): TaskErrors {
  const { titleMissing, statusMissing, tooLong } = getMessages(taskMessages).form;
  const errors: TaskErrors = {};
  if (title.trim() === "") errors.title = titleMissing;
  else if (lengthOf(title.trim()) > TASK_LIMITS.title.maxLength) errors.title = tooLong(TASK_LIMITS.title.maxLength);
  if (status.trim() === "") errors.status = statusMissing;
  else if (lengthOf(status.trim()) > TASK_LIMITS.status.maxLength) errors.status = tooLong(TASK_LIMITS.status.maxLength);
  if (lengthOf(description) > TASK_LIMITS.description.maxLength) errors.description = tooLong(TASK_LIMITS.description.maxLength);
  return errors;
}
