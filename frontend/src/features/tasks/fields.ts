import { hashKey } from "@tanstack/react-query";
import type { Task, TaskField, TaskInput } from "@/lib/api/types";
import { FIRST_STATUS } from "./status";

/** What a person writes of a task, in the order in which it is shown. The types find a field that is missing here. */
const SHOWN: Record<TaskField, true> = {
  title: true,
  status: true,
  due: true,
  priority: true,
  list: true,
  labels: true,
  checklist: true,
  description: true,
};

export const FIELDS = Object.keys(SHOWN) as TaskField[];

/** A new task before anything else is written of it. */
export const newInput = (title: string): TaskInput => ({
  title,
  status: FIRST_STATUS,
  due: null,
  priority: 0,
  list: "",
  labels: [],
  checklist: [],
  description: "",
});

/** What a task has beside that from the first. */
export const NEW_TASK: Omit<Task, TaskField | "_id" | "user" | "createdAt" | "updatedAt"> = {
  version: 1,
  rank: "",
  completedAt: null,
  deletedAt: null,
};

export function inputOf({ title, status, due, priority, list, labels, checklist, description }: Task): TaskInput {
  return { title, status, due, priority, list, labels, checklist, description };
}

/** As the gateway keeps it: trimmed, and without the items of the checklist that say nothing. */
export function asStored(input: TaskInput): TaskInput {
  return {
    ...input,
    title: input.title.trim(),
    status: input.status.trim(),
    list: input.list.trim(),
    checklist: input.checklist
      .map((item) => ({ ...item, text: item.text.trim() }))
      .filter(({ text }) => text !== ""),
  };
}

/** Whether two values of a field are equal, whatever the order of their keys. */
export const sameValue = (one: unknown, other: unknown): boolean => hashKey([one]) === hashKey([other]);
