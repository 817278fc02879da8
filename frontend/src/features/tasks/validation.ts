import { LIMITS, lengthOf, type TaskInput, type TaskField } from "@/lib/api/types";

export type TaskErrors = Partial<Record<TaskField, string>>;

/** The gateway's own rules for a task, said before it has to say them. Empty: nothing to mend. */
export function taskErrors({ title, status, description }: TaskInput): TaskErrors {
  const faults: TaskErrors = {};
  if (title.trim() === "") faults.title = "A contract needs a title.";
  else if (lengthOf(title.trim()) > LIMITS.title) faults.title = tooLong(LIMITS.title);
  if (status.trim() === "") faults.status = "A contract is always in some state.";
  else if (lengthOf(status.trim()) > LIMITS.status) faults.status = tooLong(LIMITS.status);
  if (lengthOf(description) > LIMITS.description) faults.description = tooLong(LIMITS.description);
  return faults;
}

const tooLong = (limit: number) => `At most ${limit.toLocaleString("en")} characters.`;
