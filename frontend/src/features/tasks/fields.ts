import type { Task, TaskField, TaskInput } from "@/lib/api/types";
import { FIRST_STATUS } from "./status";

/** What a person writes of a task, in the order in which it is shown. The types find a field that is missing here. */
const SHOWN: Record<TaskField, true> = { title: true, status: true, description: true };

export const FIELDS = Object.keys(SHOWN) as TaskField[];

/** A new task before anything else is written of it. */
export const newInput = (title: string): TaskInput => ({ title, status: FIRST_STATUS, description: "" });

/** What a task has beside that from the first. */
export const NEW_TASK: Omit<Task, TaskField | "_id" | "user" | "createdAt" | "updatedAt"> = {
  version: 1,
  due: null,
  priority: 0,
  list: "",
  labels: [],
  checklist: [],
  rank: "",
  completedAt: null,
  deletedAt: null,
};

export const inputOf = ({ title, status, description }: Task): TaskInput => ({ title, status, description });
