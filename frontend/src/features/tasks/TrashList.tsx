"use client";

import type { RefObject } from "react";
import { Button } from "@/components/Button";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { viewMessages } from "@/lib/messages/views";
import type { ListedTask } from "./pending-changes";
import { TrashedRowText } from "./RowText";
import { SelectBox } from "./SelectBox";
import { useTaskMutations } from "./TaskMutationsProvider";
import styles from "./TaskRow.module.css";
import { type RowSelection, selectByClick } from "./use-selection";

interface TrashListProps {
  tasks: readonly ListedTask[];
  list: RefObject<HTMLUListElement | null>;
  selection: RowSelection;
  rememberFocus: (target: EventTarget) => void;
  say: (text: string) => void;
}

/** What was deleted, to be taken back. */
export function TrashList({ tasks, list, selection, rememberFocus, say }: TrashListProps) {
  const messages = useMessages(taskMessages);
  const { trash } = useMessages(viewMessages);
  const { restoreTask } = useTaskMutations();
  const restore = (task: ListedTask) => {
    restoreTask(task);
    say(trash.restored(task.title));
  };
  return (
    <>
      <p className={styles.note}>{trash.note}</p>
      <ul
        ref={list}
        aria-label={messages.list}
        data-selecting={selection.ids.size > 0 || undefined}
        onFocus={(event) => rememberFocus(event.target)}
        onClickCapture={(event) => selectByClick(event, selection)}
        onMouseDown={(event) => event.shiftKey && event.preventDefault()}
      >
        {tasks.map((task) => {
          const selected = selection.ids.has(task._id);
          return (
            <li key={task.key} className={styles.row} data-task={task._id} data-trashed="" data-selected={selected || undefined}>
              <SelectBox task={task} selected={selected} select={() => selection.toggle(task._id)} />
              <TrashedRowText task={task} />
              <Button look="text" data-row-focus onClick={() => restore(task)}>
                <span aria-hidden="true">{trash.restore}</span>
                <VisuallyHidden>{trash.restoreTask(task.title)}</VisuallyHidden>
              </Button>
            </li>
          );
        })}
      </ul>
    </>
  );
}
