"use client";

import { useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { Button } from "@/components/Button";
import { useMessages } from "@/lib/messages";
import { bulkMessages } from "@/lib/messages/bulk";
import { BulkDialog, type BulkField } from "./BulkDialog";
import styles from "./BulkBar.module.css";
import type { ListedTask } from "./pending-changes";
import { COMPLETED } from "./status";
import { useBulk } from "./use-bulk";

interface BulkBarProps {
  selected: readonly ListedTask[];
  /** How many rows there are to select. */
  shown: number;
  lists: readonly string[];
  /** What is in the trash can only be restored. */
  inTrash: boolean;
  all: () => void;
  clear: () => void;
  /** Gives the focus to a row, when the bar goes with it. */
  focusRow: () => void;
}

const FIELDS = ["list", "labels", "priority", "due"] as const satisfies readonly BulkField[];

/** What can be done to all selected tasks. */
export default function BulkBar({ selected, shown, lists, inTrash, all, clear, focusRow }: BulkBarProps) {
  const messages = useMessages(bulkMessages);
  const change = useBulk();
  const [field, setField] = useState<BulkField>();
  const bar = useRef<HTMLDivElement>(null);
  const clearButton = useRef<HTMLButtonElement>(null);
  const giveFocus = useEffectEvent(focusRow);
  useLayoutEffect(() => {
    const element = bar.current;
    return () => {
      if (element?.contains(document.activeElement)) giveFocus();
    };
  }, []);
  return (
    <div ref={bar} role="group" aria-label={messages.bar} className={styles.bar}>
      <span role="status" className={styles.count}>
        {messages.count(selected.length)}
      </span>
      <div className={styles.actions}>
        {inTrash ? (
          <Button onClick={() => change({ kind: "restore" }, selected)}>{messages.restore}</Button>
        ) : (
          <>
            <Button onClick={() => change({ kind: "set", fields: { status: COMPLETED } }, selected)}>{messages.complete}</Button>
            {FIELDS.map((name) => (
              <Button key={name} onClick={() => setField(name)}>
                {messages[name]}
              </Button>
            ))}
            <Button onClick={() => change({ kind: "delete" }, selected)}>{messages.delete}</Button>
          </>
        )}
      </div>
      <div className={styles.choice}>
        {selected.length < shown && (
          <Button
            look="text"
            onClick={() => {
              clearButton.current?.focus(); // this one goes
              all();
            }}
          >
            {messages.all(shown)}
          </Button>
        )}
        <Button ref={clearButton} look="text" onClick={clear}>
          {messages.clear}
        </Button>
      </div>
      {field && (
        <BulkDialog
          field={field}
          selected={selected}
          lists={lists}
          change={(action) => {
            setField(undefined);
            change(action, selected);
          }}
          close={() => setField(undefined)}
        />
      )}
    </div>
  );
}
