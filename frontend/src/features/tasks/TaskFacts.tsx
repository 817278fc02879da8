import { useSyncExternalStore } from "react";
import type { Task } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { watchMinutes } from "@/lib/time/minute-clock";
import { countDone } from "./checklist";
import { dueText, nearDueText } from "./due";
import styles from "./TaskFacts.module.css";

/** What a task has beside its words, each only where it is set. Other clients set these fields. */
export function TaskFacts({ task }: { task: Task }) {
  const { facts } = useMessages(taskMessages);
  const { due, priority, list, labels, checklist } = task;
  // The words, not the time: a new day draws only the rows that read otherwise on it.
  const dueWhen = useSyncExternalStore(watchMinutes, () => (due ? nearDueText(due) : ""));
  const known = [
    { kind: "due", text: due ? facts.due(dueWhen) : "", title: due ? dueText(due) : undefined },
    { kind: "priority", text: facts.priorities[priority] },
    { kind: "list", text: list },
    { kind: "checklist", text: checklist.length > 0 ? facts.checklist(countDone(checklist), checklist.length) : "" },
    ...labels.map((label) => ({ kind: `label ${label}`, text: facts.label(label) })),
  ].filter(({ text }) => text);
  if (known.length === 0) return null;
  return (
    <ul className={styles.facts} aria-label={facts.heading}>
      {known.map(({ kind, text, title }) => (
        <li key={kind} title={title}>
          {text}
        </li>
      ))}
    </ul>
  );
}
