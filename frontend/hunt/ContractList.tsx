"use client";

import type { RefObject } from "react";
import type { ShownTask } from "./change";
import { ContractRow, type RowDeeds } from "./ContractRow";

interface ContractListProps {
  tasks: readonly ShownTask[];
  deeds: RowDeeds;
  list: RefObject<HTMLUListElement | null>;
  remember: (target: EventTarget) => void;
}

/** Every loaded row is in the page, where the browser's own search finds it; the far ones are not painted. */
export function ContractList({ tasks, deeds, list, remember }: ContractListProps) {
  return (
    <ul ref={list} aria-label="Contracts" className="contracts" onFocus={(event) => remember(event.target)}>
      {tasks.map((task) => (
        <ContractRow key={task.key} task={task} deeds={deeds} />
      ))}
    </ul>
  );
}
