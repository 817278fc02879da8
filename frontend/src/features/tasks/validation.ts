import { LIMITS, lengthOf } from "@/lib/api/limits";
import type { TaskField, TaskInput } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";

export type TaskErrors = Partial<Record<TaskField, string>>;

/** The gateway's own rules for a task, said before it has to say them. Empty: nothing to mend. */
export function taskErrors({ title, status, description }: TaskInput): TaskErrors {
  const { titleMissing, statusMissing, tooLong } = getMessages(taskMessages).form;
  const errors: TaskErrors = {};
  if (title.trim() === "") errors.title = titleMissing;
  else if (lengthOf(title.trim()) > LIMITS.NewTask.title.maxLength) errors.title = tooLong(LIMITS.NewTask.title.maxLength);
  if (status.trim() === "") errors.status = statusMissing;
  else if (lengthOf(status.trim()) > LIMITS.NewTask.status.maxLength) errors.status = tooLong(LIMITS.NewTask.status.maxLength);
  if (lengthOf(description) > LIMITS.NewTask.description.maxLength) errors.description = tooLong(LIMITS.NewTask.description.maxLength);
  return errors;
}
