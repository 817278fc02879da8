import type { Activity, FieldChange, Task, UndoConflict } from "@/lib/api/types";
import type { FakeGateway } from "./fake-gateway";
import { answer } from "./session";

export interface FakeEvent {
  id: string;
  type: Activity["type"];
  taskId: string;
  changes: Record<string, FieldChange>;
  batchId: string | null;
  causedBy: string | null;
}

/** What every write leaves: no field of these is a person's. */
const ENVELOPE = new Set(["_id", "user", "version", "createdAt", "updatedAt"]);

/** What a write changed: from nothing if it made the task. */
function changesOf(before: Task | undefined, after: Task): Record<string, FieldChange> {
  const fields = (Object.keys(after) as (keyof Task)[]).filter((field) => !ENVELOPE.has(field));
  const changed = fields.filter((field) => JSON.stringify(before?.[field]) !== JSON.stringify(after[field]));
  return Object.fromEntries(changed.map((field) => [field, { from: before?.[field] ?? null, to: after[field] }]));
}

/** What an undo of the event makes of the task as it is now, and what stands against that; nothing for one that is undone. */
function reversal(event: FakeEvent, now: Task, events: readonly FakeEvent[]): { patch: Partial<Task>; conflicts: UndoConflict[] } {
  const patch: Partial<Task> = {};
  const conflicts: UndoConflict[] = [];
  if (isUndone(event, events)) return { patch, conflicts };
  const conflict = (field: string, { from, to }: FieldChange) =>
    conflicts.push({ taskId: now._id, field, from, to, now: now[field as keyof Task] });
  if (event.type === "TaskCreated" || event.type === "TaskRestored") patch.deletedAt = "2026-11-22T13:00:00.000Z";
  else if (event.type === "TaskDeleted") patch.deletedAt = null;
  else if (now.deletedAt !== null) conflict("deletedAt", { from: null, to: null });
  else {
    for (const [field, change] of Object.entries(event.changes)) {
      const is = JSON.stringify(now[field as keyof Task]);
      if (is === JSON.stringify(change.to)) Object.assign(patch, { [field]: change.from });
      else if (is !== JSON.stringify(change.from)) conflict(field, change);
    }
  }
  return { patch, conflicts };
}

function isUndone(event: FakeEvent, events: readonly FakeEvent[]): boolean {
  const last = events.findLast(({ causedBy }) => causedBy === event.id);
  return last !== undefined && !isUndone(last, events);
}

/** The id of the event of its last change. */
export const eventOf = ({ _id, version }: Task): string => `${_id}@${version}`;

/** All of it, or nothing. */
export function undo(gateway: FakeGateway, asked: { eventId?: string; batchId?: string }): Response {
  const { events } = gateway;
  const undone = events.filter(({ id, batchId }) => id === asked.eventId || (batchId !== null && batchId === asked.batchId));
  if (undone.length === 0) return answer(404, { message: "Event not found" });
  const plans = undone.map((event) => {
    const task = [...gateway.tasks, ...gateway.trash].find(({ _id }) => _id === event.taskId) as Task;
    return { event, task, ...reversal(event, task, events) };
  });
  const conflicts = plans.flatMap((plan) => plan.conflicts);
  if (conflicts.length > 0) return answer(409, { message: "It has been changed since", conflicts });
  const batchId = plans.some(({ patch }) => Object.keys(patch).length > 0) ? `batch ${events.length}` : null;
  const tasks = plans.map(({ event, task, patch }) => {
    if (Object.keys(patch).length === 0) return task;
    const after: Task = { ...task, ...patch, version: task.version + 1 };
    const without = (all: Task[]) => all.filter((each) => each !== task);
    gateway.tasks = without(gateway.tasks);
    gateway.trash = without(gateway.trash);
    if (after.deletedAt === null) gateway.tasks.unshift(after);
    else gateway.trash.unshift(after);
    const type = after.deletedAt === task.deletedAt ? "TaskUpdated" : after.deletedAt === null ? "TaskRestored" : "TaskDeleted";
    note(gateway, type, task, after, { batchId, causedBy: event.id });
    return after;
  });
  return answer(200, { msg: "Undone", batchId, tasks });
}

type Cause = Pick<FakeEvent, "batchId" | "causedBy">;

/** Keeps the event of a write; its id. */
export function note(
  gateway: FakeGateway,
  type: FakeEvent["type"],
  before: Task | undefined,
  after: Task,
  cause: Cause = { batchId: null, causedBy: null },
): string {
  const id = eventOf(after);
  gateway.events.push({ id, type, taskId: after._id, changes: changesOf(before, after), ...cause });
  return id;
}

/** The journal of what was done, newest first. */
export function journalOf({ events, tasks, trash }: FakeGateway): Activity[] {
  const titles = new Map([...tasks, ...trash].map(({ _id, title }) => [_id, title]));
  const told = (event: FakeEvent, index: number): Activity => {
    const timestamp = new Date(Date.UTC(2026, 10, 22, 12, index)).toISOString();
    return { ...event, taskTitle: titles.get(event.taskId) ?? "", message: "", timestamp, recordedAt: timestamp };
  };
  return events.map(told).reverse();
}
