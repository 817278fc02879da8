import { LIMITS, lengthOf, type TaskField, type TaskInput } from "@/lib/api/types";
import { getMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";

export type TaskErrors = Partial<Record<TaskField, string>>;

/** The gateway's own rules for a task, said before it has to say them. Empty: nothing to mend. */
export function taskErrors({ title, status, description }: TaskInput): TaskErrors {
  const { titleMissing, statusMissing, tooLong } = getMessages(taskMessages).form;
  const errors: TaskErrors = {};
  if (title.trim() === "") errors.title = titleMissing;
  else if (lengthOf(title.trim()) > LIMITS.title) errors.title = tooLong(LIMITS.title);
  if (status.trim() === "") errors.status = statusMissing;
  else if (lengthOf(status.trim()) > LIMITS.status) errors.status = tooLong(LIMITS.status);
  if (lengthOf(description) > LIMITS.description) errors.description = tooLong(LIMITS.description);
  return errors;
}
