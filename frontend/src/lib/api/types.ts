/** What the gateway promises, as types. Mirrors the API contract in docs. Times are ISO 8601 UTC. */

export interface Task {
  _id: string;
  title: string;
  description: string;
  status: string;
  user: string;
  createdAt: string;
  updatedAt: string;
  version: number;
}

export interface TaskInput {
  title: string;
  description: string;
  status: string;
}

export type TaskPatch = Partial<TaskInput>;
export type TaskField = keyof TaskInput;

export interface TaskPage {
  totalTasks: number;
  tasks: Task[];
  nextCursor: string | null;
}

export interface FieldChange {
  from: unknown;
  to: unknown;
}

export interface Activity {
  id: string;
  /** TaskCreated, TaskUpdated, TaskCompleted or TaskDeleted today; a newer server may add its own. */
  type: string;
  taskId: string;
  taskTitle: string;
  message: string;
  timestamp: string;
  changes: Record<string, FieldChange>;
}

export interface ActivityPage {
  activities: Activity[];
  nextCursor: string | null;
}

export interface Credentials {
  email: string;
  password: string;
}

export interface Registration extends Credentials {
  username: string;
}

export interface FieldError {
  field: string;
  message: string;
}

/** Characters as the gateway counts them: an emoji is one. */
export const lengthOf = (text: string): number => [...text].length;

/** Lengths in characters, except `passwordBytes`: bcrypt reads at most 72 bytes of UTF-8. */
export const LIMITS = {
  title: 120,
  status: 20,
  description: 2000,
  username: 50,
  email: 254,
  passwordMin: 6,
  passwordBytes: 72,
} as const;
