import { NEW_TASK, newInput } from "@/features/tasks/fields";
import type { Task } from "@/lib/api/types";

let made = 0;

export function aTask(parts: Partial<Task> = {}): Task {
  const number = ++made;
  return {
    ...NEW_TASK,
    ...newInput(`Task ${number}`),
    _id: String(number).padStart(24, "0"),
    user: "alice",
    createdAt: "2026-11-22T12:00:00.000Z",
    updatedAt: "2026-11-22T12:00:00.000Z",
    ...parts,
  };
}
