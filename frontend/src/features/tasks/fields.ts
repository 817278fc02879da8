import type { Task, TaskField, TaskInput } from "@/lib/api/types";
import { FIRST_STATUS } from "./status";

/** What a person writes of a task, in the order in which it is shown. The types find a field that is missing here. */
const SHOWN: Record<TaskField, true> = { title: true, status: true, description: true };

export const FIELDS = Object.keys(SHOWN) as TaskField[];

/** A new task before anything else is written of it. */
export const newInput = (title: string): TaskInput => ({ title, status: FIRST_STATUS, description: "" });

export const inputOf = ({ title, status, description }: Task): TaskInput => ({ title, status, description });
