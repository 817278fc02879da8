"use client";

import Link from "next/link";
import { memo } from "react";
import { EchoIcon, QuillIcon, TornIcon } from "@/ornament/icons";
import { Seal } from "@/ornament/Seal";
import type { ShownTask } from "./change";
import { isCompleted, nextState, toneOf } from "./states";
import { When } from "@/clock/When";

export interface RowDeeds {
  edit: (task: ShownTask) => void;
  toggleCompleted: (task: ShownTask) => void;
  advance: (task: ShownTask) => void;
  discard: (task: ShownTask) => void;
}

/** Memoised: with a thousand contracts on the page, a change to one draws one. */
export const ContractRow = memo(function ContractRow({ task, deeds }: { task: ShownTask; deeds: RowDeeds }) {
  const done = isCompleted(task.status);
  const next = nextState(task.status);
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
        onClick={() => deeds.toggleCompleted(task)}
      >
        <Seal tone={toneOf(task.status)} />
      </button>
      <div className="min-w-0 flex-1">
        <h2>
          <button type="button" className="contract-title" data-row-focus onClick={() => deeds.edit(task)} disabled={idle}>
            {task.title}
          </button>
        </h2>
        {task.description && <p className="contract-particulars">{task.description}</p>}
        <p className="mt-0.5 text-sm text-ash">
          {idle ? "Being sworn…" : <When iso={task.createdAt} before="Sworn" />}
        </p>
      </div>
      <div className="contract-deeds">
        <span className="contract-tools">
          <button type="button" className="icon-button" title="Edit (e)" disabled={idle} onClick={() => deeds.edit(task)}>
            <QuillIcon />
            <span className="sr-only">Edit {task.title}</span>
          </button>
          {/* Not prefetched: a thousand rows would ask for a thousand pages. An unsworn one has none. */}
          {!idle && (
            <Link href={`/journal?task=${task._id}`} prefetch={false} className="icon-button" title="Its pages in the journal">
              <EchoIcon />
              <span className="sr-only">Journal of {task.title}</span>
            </Link>
          )}
          <button type="button" className="icon-button" title="Discard (d)" disabled={idle} onClick={() => deeds.discard(task)}>
            <TornIcon />
            <span className="sr-only">Discard {task.title}</span>
          </button>
        </span>
        <button
          type="button"
          className="state"
          data-tone={toneOf(task.status)}
          title={`Move to ${next} (s)`}
          disabled={idle}
          onClick={() => deeds.advance(task)}
        >
          <span className="truncate">{task.status}</span>
          <span className="sr-only">: move “{task.title}” to {next}</span>
        </button>
      </div>
    </li>
  );
});
