"use client";

import { lazy, Suspense } from "react";
import { Button } from "@/components/Button";
import { DeleteIcon } from "@/components/icons/list-icons";
import { RelativeTime } from "@/components/RelativeTime";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { loadTaskActivity } from "@/features/activity";
import { useMessages } from "@/lib/messages";
import { fieldMessages } from "@/lib/messages/fields";
import { panelMessages } from "@/lib/messages/panel";
import { taskMessages } from "@/lib/messages/tasks";
import { dueText } from "./due";
import type { ListedTask } from "./pending-changes";
import { isCompleted } from "./status";
import { TaskChecklist } from "./TaskChecklist";
import { useTaskMutations } from "./TaskMutationsProvider";
import styles from "./TaskReader.module.css";
import type { TaskActions } from "./TaskRow";

const Markdown = lazy(() => import("./Markdown"));
const TaskActivity = lazy(loadTaskActivity);

interface TaskReaderProps {
  task: ListedTask;
  actions: Pick<TaskActions, "toggleCompleted" | "delete">;
  edit: () => void;
}

/** One task to be read, with what is done to it most; beneath it what happened to it. */
export function TaskReader({ task, actions, edit }: TaskReaderProps) {
  const messages = useMessages(panelMessages);
  const { updateTask } = useTaskMutations();
  const { description, checklist } = task;
  return (
    <div className={styles.reader}>
      <div className={styles.actions}>
        <Button onClick={edit}>{messages.edit}</Button>
        <Button onClick={() => actions.toggleCompleted(task)}>
          {isCompleted(task.status) ? messages.reopen : messages.complete}
        </Button>
        <Button look="icon" className={styles.discard} title={messages.discard} onClick={() => actions.delete(task)}>
          <DeleteIcon />
          <VisuallyHidden>{messages.discard}</VisuallyHidden>
        </Button>
      </div>
      <Facts task={task} />
      {description && (
        <Suspense fallback={<p className={styles.plain}>{description}</p>}>
          <Markdown text={description} />
        </Suspense>
      )}
      {checklist.length > 0 && (
        <TaskChecklist checklist={checklist} change={(changed) => updateTask(task, { checklist: changed })} />
      )}
      <section aria-label={messages.journal}>
        <h3 className={styles.heading}>{messages.journal}</h3>
        <Suspense fallback={null}>
          <TaskActivity task={task} restore={(patch) => updateTask(task, patch)} />
        </Suspense>
      </section>
    </div>
  );
}

/** Everything that is set beside the words. */
function Facts({ task }: { task: ListedTask }) {
  const messages = useMessages(panelMessages);
  const { facts } = useMessages(taskMessages);
  const fields = useMessages(fieldMessages);
  const { status, due, priority, list, labels, createdAt, updatedAt } = task;
  const rows = [
    { name: fields.status, value: status },
    { name: fields.due, value: due && dueText(due) },
    { name: fields.priority, value: facts.priorities[priority] },
    { name: fields.list, value: list || messages.inbox },
    { name: fields.labels, value: labels.map(facts.label).join(" ") },
    { name: messages.created, value: <RelativeTime iso={createdAt} /> },
    { name: messages.updated, value: updatedAt !== createdAt && <RelativeTime iso={updatedAt} /> },
  ];
  return (
    <dl className={styles.facts} aria-label={messages.facts}>
      {rows.map(
        ({ name, value }) =>
          value && (
            <div key={name} className={styles.fact}>
              <dt className={styles.name}>{name}</dt>
              <dd className={styles.value}>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
