"use client";

import { memo, type MouseEvent } from "react";
import { Button } from "@/components/Button";
import { ButtonLink } from "@/components/ButtonLink";
import { DeleteIcon, EditIcon, JournalIcon } from "@/components/icons/list-icons";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import type { ListedTask } from "./pending-changes";
import { RowStatus } from "./RowStatus";
import { RowText } from "./RowText";
import { StatusIcon } from "./StatusIcon";
import { SelectBox } from "./SelectBox";
import { isCompleted, toneOf } from "./status";
import { TaskFacts } from "./TaskFacts";
import styles from "./TaskRow.module.css";

export interface TaskActions {
  read: (task: ListedTask) => void;
  edit: (task: ListedTask) => void;
  toggleCompleted: (task: ListedTask) => void;
  moveToNextStatus: (task: ListedTask) => void;
  delete: (task: ListedTask) => void;
  /** Selects it beside the others, or no more. */
  select: (task: ListedTask) => void;
}

interface TaskRowProps {
  task: ListedTask;
  actions: TaskActions;
  /** Whether the single keys are on, and so worth a hint. */
  keys: boolean;
  /** To be marked in the title; empty where none is in it. */
  words: string;
  selected: boolean;
  /** Whether something was typed upon it that is not saved. */
  unsaved: boolean;
}

/** Memoised: with a thousand tasks on the page, a change to one draws one. */
export const TaskRow = memo(function TaskRow({ task, actions, keys, words, selected, unsaved }: TaskRowProps) {
  const { row } = useMessages(taskMessages);
  const hint = (words: string, key: string) => (keys ? row.withKey(words, key) : words);
  const completed = isCompleted(task.status);
  const tone = toneOf(task.status);
  const pending = !task.stored;
  return (
    <li
      className={styles.row}
      data-tone={tone}
      data-task={task._id}
      data-selected={selected || undefined}
      aria-busy={pending || undefined}
      onClick={(event) => isPlainClick(event) && !pending && actions.read(task)}
    >
      <SelectBox task={task} selected={selected} select={actions.select} />
      <button
        type="button"
        className={styles.complete}
        aria-pressed={completed}
        aria-label={row.completed(task.title)}
        title={hint(completed ? row.reopen : row.complete, "x")}
        disabled={pending}
        onClick={() => actions.toggleCompleted(task)}
      >
        <StatusIcon tone={tone} />
      </button>
      <RowText task={task} words={words} unsaved={unsaved} read={actions.read} edit={actions.edit} />
      <TaskFacts task={task} />
      <div className={styles.actions}>
        <span className={styles.tools}>
          <Button look="icon" title={hint(row.editHint, "e")} disabled={pending} onClick={() => actions.edit(task)}>
            <EditIcon />
            <VisuallyHidden>{row.edit(task.title)}</VisuallyHidden>
          </Button>
          {/* Not prefetched: a thousand rows would ask for a thousand pages. One not yet stored has none. */}
          {!pending && (
            <ButtonLink look="icon" href={`/journal?task=${task._id}`} prefetch={false} title={row.activityHint}>
              <JournalIcon />
              <VisuallyHidden>{row.activity(task.title)}</VisuallyHidden>
            </ButtonLink>
          )}
          <Button look="icon" title={hint(row.deleteHint, "d")} disabled={pending} onClick={() => actions.delete(task)}>
            <DeleteIcon />
            <VisuallyHidden>{row.delete(task.title)}</VisuallyHidden>
          </Button>
        </span>
        <RowStatus task={task} hint={hint} moveToNext={actions.moveToNextStatus} />
      </div>
    </li>
  );
});

/** Anywhere on the row but on a control, and not at the end of marking text: for a pointer; keys have the title. */
const isPlainClick = ({ target }: MouseEvent): boolean =>
  !(target as Element).closest("button, a, input") && window.getSelection()?.isCollapsed !== false;
