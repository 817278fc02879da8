import type { TaskField, TaskInput } from "@/lib/api/types";
import { dueText } from "./due";

/** A field in words, empty where nothing is set. `priorities` are what the priorities are called, from none to high. */
export function fieldText(task: TaskInput, field: TaskField, priorities: readonly string[]): string {
  switch (field) {
    case "due":
      return task.due ? dueText(task.due) : "";
    case "priority":
      return priorities[task.priority] ?? "";
    case "labels":
      return task.labels.join(", ");
    case "checklist":
      return task.checklist.map(({ text, done }) => `${done ? "☑" : "☐"} ${text}`).join("\n");
    default:
      return task[field];
  }
}
