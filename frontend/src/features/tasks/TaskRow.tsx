"use client";

import Link from "next/link";
import { memo } from "react";
import { JournalIcon, EditIcon, DeleteIcon } from "@/components/icons/signed-in";
import { StatusIcon } from "./StatusIcon";
import type { ListedTask } from "./pending-changes";
import { isCompleted, nextStatus, toneOf } from "./status";
import { RelativeTime } from "@/components/RelativeTime";

export interface TaskActions {
  edit: (task: ListedTask) => void;
  toggleCompleted: (task: ListedTask) => void;
  advance: (task: ListedTask) => void;
  discard: (task: ListedTask) => void;
}

/** Memoised: with a thousand contracts on the page, a change to one draws one. */
export const TaskRow = memo(function TaskRow({ task, actions }: { task: ListedTask; actions: TaskActions }) {
  const done = isCompleted(task.status);
  const next = nextStatus(task.status);
  const idle = !task.stored;
  return (
    <li className="contract" data-tone={toneOf(task.status)} data-task={task._id} aria-busy={idle || undefined}>
      <button
        type="button"
        className="seal-button"
        aria-pressed={done}
        aria-label={`Completed: ${task.title}`}
        title={done ? "Reopen (x)" : "Complete (x)"}
        disabled={idle}
        onClick={() => actions.toggleCompleted(task)}
      >
        <StatusIcon tone={toneOf(task.status)} />
      </button>
      <div className="min-w-0 flex-1">
        <h2>
          <button type="button" className="contract-title" data-row-focus onClick={() => actions.edit(task)} disabled={idle}>
            {task.title}
          </button>
        </h2>
        {task.description && <p className="contract-particulars">{task.description}</p>}
        <p className="mt-0.5 text-sm text-ash">
          {idle ? "Being sworn…" : <RelativeTime iso={task.createdAt} before="Sworn" />}
        </p>
      </div>
      <div className="contract-deeds">
        <span className="contract-tools">
          <button type="button" className="icon-button" title="Edit (e)" disabled={idle} onClick={() => actions.edit(task)}>
            <EditIcon />
            <span className="sr-only">Edit {task.title}</span>
          </button>
          {/* Not prefetched: a thousand rows would ask for a thousand pages. An unsworn one has none. */}
          {!idle && (
            <Link href={`/journal?task=${task._id}`} prefetch={false} className="icon-button" title="Its pages in the journal">
              <JournalIcon />
              <span className="sr-only">ActivityView of {task.title}</span>
            </Link>
          )}
          <button type="button" className="icon-button" title="Discard (d)" disabled={idle} onClick={() => actions.discard(task)}>
            <DeleteIcon />
            <span className="sr-only">Discard {task.title}</span>
          </button>
        </span>
        <button
          type="button"
          className="state"
          data-tone={toneOf(task.status)}
          title={`Move to ${next} (s)`}
          disabled={idle}
          onClick={() => actions.advance(task)}
        >
          <span className="truncate">{task.status}</span>
          <span className="sr-only">: move “{task.title}” to {next}</span>
        </button>
      </div>
    </li>
  );
});
