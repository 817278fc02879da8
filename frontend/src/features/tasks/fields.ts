import type { Task, TaskField, TaskInput } from "@/lib/api/types";

/** What a person writes of a task, in the order in which the fields are shown. */
export const FIELDS: readonly TaskField[] = ["title", "status", "description"];

export const inputOf = ({ title, status, description }: Task): TaskInput => ({ title, status, description });
