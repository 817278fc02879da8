import type { Task, TaskQuery } from "@/lib/api/types";
import { dueState } from "./due-state";
import { foldText, wordsOf } from "./fold";
import { foldStatus, isCompleted } from "./status";

/** Whether the gateway would list the task for this query, as far as this page can tell. */
export function matches(task: Task, query: TaskQuery, now = Date.now()): boolean {
  const { status, list, priority, label, done, trash } = query;
  return (
    (task.deletedAt !== null) === (trash === true) &&
    (done === undefined || isCompleted(task.status) === done) &&
    (!status || status.some((one) => foldStatus(one) === foldStatus(task.status))) &&
    (!list || list.includes(task.list)) &&
    (!priority || priority.includes(task.priority)) &&
    (!label || label.every((one) => task.labels.some((own) => foldText(own) === foldText(one)))) &&
    isDue(task, query, now) &&
    hasWords(task, query.q)
  );
}

/** Whether a changed task stays. What the gateway alone could match is not judged again, as long as it is not moved to the trash. */
export function staysListed(before: Task, after: Task, query: TaskQuery): boolean {
  if (matches(after, query)) return true;
  return (before.deletedAt === null) === (after.deletedAt === null) && !matches(before, query);
}

function isDue(task: Task, { due, tz = "UTC" }: TaskQuery, now: number): boolean {
  if (!due) return true;
  return dueState(task.due, tz, now) === due && (due === "none" || !isCompleted(task.status));
}

function hasWords({ title, description, labels, checklist }: Task, q: string | undefined): boolean {
  if (!q) return true;
  const texts = [title, description, ...labels, ...checklist.map(({ text }) => text)].map(foldText);
  return wordsOf(q).every((word) => texts.some((text) => text.includes(word)));
}
