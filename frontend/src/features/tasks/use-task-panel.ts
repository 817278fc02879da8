"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { useShortcuts } from "@/lib/keyboard/use-shortcuts";
import type { Draft } from "./drafts";
import { inputOf } from "./fields";
import type { ListedTask } from "./pending-changes";
import { useTaskMutations } from "./TaskMutationsProvider";
import { useDraftActions } from "./use-draft-actions";
import { useOpenTask } from "./use-open-task";

/** Which task is open beside the list, whether it is read or edited there, and which new one is being written. */
export function useTaskPanel() {
  const { drafts } = useTaskMutations();
  const { leave: putAside } = useDraftActions();
  const { id, open, close, isOpen } = useOpenTask();
  const [draft, setDraft] = useState<Draft | undefined>(() => drafts.anyOpen() ?? (id ? drafts.of(id) : undefined));
  /** The task that was opened to be read: a form of it leads back to the reading, any other to the list. */
  const [reading, setReading] = useState(id);

  // What this page opens is in the draft before it is in the address. Where the address came first, by Back or a view, the
  // panel is as a reload would bring it up: with what was typed meanwhile, not with the form as it once began.
  const [known, setKnown] = useState(id);
  if (known !== id) {
    setKnown(id);
    if (draft?.id !== id) {
      setReading(id);
      if (!draft || draft.base) setDraft(id ? drafts.of(id) : undefined);
    }
  }
  useEffect(() => drafts.watch(setDraft), [drafts]);
  useEffect(() => {
    if (draft?.base) open(draft.id);
  }, [draft, open]);

  // Whichever way one turns away from a form, what was typed in it is kept.
  const before = useRef(id);
  useEffect(() => {
    const turnedFrom = before.current !== id && before.current ? drafts.of(before.current) : undefined;
    before.current = id;
    if (turnedFrom && !turnedFrom.left) putAside(turnedFrom);
  }, [drafts, id, putAside]);

  const form = draft?.base && draft.id === id ? draft : undefined;
  const read = useCallback(
    (task: ListedTask) => {
      setReading(task._id);
      setDraft(drafts.of(task._id));
      open(task._id);
    },
    [drafts, open],
  );
  const edit = useCallback(
    (task: ListedTask) => {
      const read = isOpen(task._id);
      setReading((was) => (read && was === task._id ? was : undefined));
      // With what was typed for it and not taken by the gateway, if there is such.
      setDraft(drafts.of(task._id) ?? { id: task._id, base: task, input: inputOf(task) });
    },
    [drafts, isOpen],
  );
  /** The form ends: to the next draft that waits, to the reading, or to the list. */
  const closeForm = () => {
    const next = drafts.anyOpen();
    setDraft(next);
    if (!next?.base && reading !== id) close();
  };
  const leave = () => {
    if (!form) return close();
    putAside(form);
    closeForm();
  };
  useShortcuts(id ? { Escape: leave } : {});

  const created = draft && !draft.base ? draft : undefined;
  return { id, form, newTask: created, show: setDraft, read, edit, leave, closeForm, close };
}
