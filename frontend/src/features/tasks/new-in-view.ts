import type { TaskInput } from "@/lib/api/types";
import { dayIn } from "./due-state";
import { NEW_TASK } from "./fields";
import { queryOf, type TaskFilter, type View } from "./task-filter";
import { matches } from "./task-match";
import { HERE } from "./due";

/** A new task gets what makes it belong to the view in which it is written, where nothing else was said. */
export function belongingTo(view: View, input: TaskInput): TaskInput {
  if (view.kind === "list" && input.list === "") return { ...input, list: view.name };
  if (view.kind === "label" && input.labels.length === 0) return { ...input, labels: [view.name] };
  if (view.kind === "today" && input.due === null) return { ...input, due: { date: dayIn(HERE, Date.now()) } };
  return input;
}

/** Whether a list of this filter will hold the new task. */
export function wouldList(input: TaskInput, filter: TaskFilter): boolean {
  const task = { ...NEW_TASK, ...input, _id: "", user: "", createdAt: "", updatedAt: "" };
  return matches(task, queryOf(filter, HERE));
}
