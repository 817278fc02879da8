import { useEffect, useMemo, useState } from "react";
import { Button } from "@/components/Button";
import { Dialog, DialogActions } from "@/components/Dialog";
import { TASK_LIMITS, lengthOf } from "@/lib/api/limits";
import type { TaskInput } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { quickAddMessages } from "@/lib/messages/quick-add";
import { taskMessages } from "@/lib/messages/tasks";
import { now } from "@/lib/time/clock";
import { newInput } from "./fields";
import { focusNeighbour } from "./focus-neighbour";
import { MOST_LINES } from "./pasted-lines";
import styles from "./PastedLines.module.css";
import { fieldsOf, understand } from "./quick-add-text";
import { QuickAddChips } from "./QuickAddChips";
import { useDueFinder } from "./use-due-finder";

interface PastedLinesProps {
  lines: readonly string[];
  create: (inputs: TaskInput[]) => void;
  /** Puts all of them into the line, as one. */
  join: () => void;
  close: () => void;
}

/** Offers a task for each pasted line, and shows what was understood of each before it is created. */
export default function PastedLines({ lines, create, join, close }: PastedLinesProps) {
  const { paste } = useMessages(quickAddMessages);
  const { form } = useMessages(taskMessages);
  const [at] = useState(() => now());
  const { findDue, load } = useDueFinder(at);
  useEffect(load, [load]);
  const [kept, setKept] = useState<Record<number, readonly string[]>>({});
  const understood = useMemo(
    () => lines.slice(0, MOST_LINES).map((line, index) => understand(line, kept[index] ?? [], findDue)),
    [lines, kept, findDue],
  );
  const fits = ({ title }: { title: string }) => lengthOf(title) <= TASK_LIMITS.title.maxLength;
  const tasks = understood.filter(fits);
  return (
    <Dialog title={paste.heading(lines.length)} close={close}>
      {lines.length > MOST_LINES && <p className={styles.note}>{paste.most(MOST_LINES, lines.length)}</p>}
      <ol className={styles.lines} aria-label={paste.lines}>
        {understood.map((line, index) => (
          <li key={index} className={styles.line} data-line="" tabIndex={-1}>
            <span className={styles.title}>{line.title}</span>
            {!fits(line) && <span className={styles.tooLong}>{form.tooLong(TASK_LIMITS.title.maxLength)}</span>}
            <QuickAddChips
              chips={line.chips}
              keepWords={({ text }, pressed) => {
                focusNeighbour(pressed, pressed.closest<HTMLElement>("[data-line]"));
                setKept({ ...kept, [index]: [...(kept[index] ?? []), text] });
              }}
            />
          </li>
        ))}
      </ol>
      <DialogActions>
        <Button onClick={close}>{paste.cancel}</Button>
        <Button onClick={join}>{paste.join}</Button>
        <Button
          look="primary"
          disabled={tasks.length === 0}
          onClick={() => create(tasks.map(({ title, chips }) => ({ ...newInput(title), ...fieldsOf(chips) })))}
        >
          {paste.create(tasks.length)}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
