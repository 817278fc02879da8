import type { Task } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { countDone } from "./checklist";
import { dueText } from "./due";
import styles from "./TaskFacts.module.css";

/** What a task has beside its words, each only where it is set. Other clients set these fields. */
export function TaskFacts({ task }: { task: Task }) {
  const { facts } = useMessages(taskMessages);
  const { due, priority, list, labels, checklist } = task;
  const known = [
    ["due", due ? facts.due(dueText(due)) : ""],
    ["priority", facts.priorities[priority]],
    ["list", list],
    ["checklist", checklist.length > 0 ? facts.checklist(countDone(checklist), checklist.length) : ""],
    ...labels.map((label) => [`label ${label}`, facts.label(label)]),
  ].filter(([, text]) => text);
  if (known.length === 0) return null;
  return (
    <ul className={styles.facts} aria-label={facts.heading}>
      {known.map(([kind, text]) => (
        <li key={kind}>{text}</li>
      ))}
    </ul>
  );
}
