"use client";

import { type FormEvent, useState, useSyncExternalStore } from "react";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Field } from "@/components/Field";
import { Input } from "@/components/Input";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { lengthOf } from "@/lib/api/limits";
import { getMessages, useMessages } from "@/lib/messages";
import { savedViewMessages } from "@/lib/messages/saved-views";
import { taskMessages } from "@/lib/messages/tasks";
import { canBeSaved, isNamed, MOST_NAME, MOST_VIEWS, type SavedView, type SavedViews } from "./saved-views";
import styles from "./SavedViewsDialog.module.css";
import type { TaskFilter } from "./task-filter";

interface SavedViewsDialogProps {
  savedViews: SavedViews;
  /** Of the view that is shown, which can be saved. */
  filter: TaskFilter;
  close: () => void;
}

/** Saves the view that is shown, and renames and deletes those that were saved. */
export default function SavedViewsDialog({ savedViews, filter, close }: SavedViewsDialogProps) {
  const messages = useMessages(savedViewMessages);
  const views = useSyncExternalStore(savedViews.watch, savedViews.current);
  const [renamed, setRenamed] = useState<string>();
  /** The button that has the focus after the one that was pressed has gone. */
  const [back, setBack] = useState<{ name: string; to: "rename" | "delete" }>();
  const [deleted, setDeleted] = useState<SavedView>();

  const endRenaming = (name: string) => {
    setRenamed(undefined);
    setBack({ name, to: "rename" });
  };
  const refusal = (name: string) => {
    if (!canBeSaved(filter)) return messages.tooMuch;
    return views.length >= MOST_VIEWS && !views.some((view) => isNamed(view, name)) ? messages.tooMany(MOST_VIEWS) : undefined;
  };
  const taken = (name: string, own: string) =>
    views.some((view) => isNamed(view, name) && view.name !== own) ? messages.taken : undefined;
  return (
    <Dialog title={messages.title} close={close}>
      <NameForm
        label={messages.name}
        hint={(name) => (views.some((view) => isNamed(view, name)) ? messages.replaces : messages.hint)}
        submit={messages.save}
        refusal={refusal}
        choose={(name) => {
          savedViews.save(name, filter);
          close();
        }}
      />
      {views.length > 0 && (
        <ul className={styles.views} aria-label={messages.title}>
          {views.map((view) => (
            <li key={view.name} className={styles.view}>
              {renamed === view.name ? (
                <NameForm
                  label={messages.newName(view.name)}
                  name={view.name}
                  submit={messages.rename}
                  refusal={(name) => taken(name, view.name)}
                  choose={(name) => {
                    savedViews.rename(view.name, name);
                    endRenaming(name.trim());
                  }}
                  cancel={() => endRenaming(view.name)}
                />
              ) : (
                <>
                  <bdi className={styles.name}>{view.name}</bdi>
                  <Button look="text" autoFocus={view.name === back?.name && back.to === "rename"} onClick={() => setRenamed(view.name)}>
                    <span aria-hidden="true">{messages.rename}</span>
                    <VisuallyHidden>{messages.renameView(view.name)}</VisuallyHidden>
                  </Button>
                  <Button
                    look="text"
                    autoFocus={view.name === back?.name && back.to === "delete"}
                    onClick={() => {
                      savedViews.delete(view.name);
                      setDeleted(view);
                    }}
                  >
                    <span aria-hidden="true">{messages.delete}</span>
                    <VisuallyHidden>{messages.deleteView(view.name)}</VisuallyHidden>
                  </Button>
                </>
              )}
            </li>
          ))}
        </ul>
      )}
      {deleted && (
        <p role="status" className={styles.deleted}>
          <span>{messages.deleted(deleted.name)}</span>{" "}
          {/* The button that was pressed is gone, and the focus with it. */}
          <Button
            key={deleted.name}
            look="text"
            autoFocus
            onClick={() => {
              savedViews.put(deleted);
              setBack({ name: deleted.name, to: "delete" });
              setDeleted(undefined);
            }}
          >
            {getMessages(taskMessages).undo.action}
          </Button>
        </p>
      )}
    </Dialog>
  );
}

interface NameFormProps {
  label: string;
  name?: string;
  hint?: (name: string) => string;
  submit: string;
  /** Why a name cannot be chosen. */
  refusal: (name: string) => string | undefined;
  choose: (name: string) => void;
  cancel?: () => void;
}

function NameForm({ label, name: former = "", hint, submit, refusal, choose, cancel }: NameFormProps) {
  const messages = useMessages(savedViewMessages);
  const [name, setName] = useState(former);
  const [tried, setTried] = useState(false);
  const missing = name.trim() === "" ? messages.missing : undefined;
  const tooLong = lengthOf(name.trim()) > MOST_NAME ? getMessages(taskMessages).form.tooLong(MOST_NAME) : undefined;
  const error = missing ?? tooLong ?? refusal(name);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!error) choose(name);
  };
  return (
    <form noValidate onSubmit={onSubmit} className={styles.form}>
      <Field label={label} value={name} hint={hint?.(name)} error={tried ? error : undefined} limit={MOST_NAME}>
        {(tie) => (
          <Input {...tie} value={name} autoFocus={cancel !== undefined} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        )}
      </Field>
      <div className={styles.buttons}>
        {cancel && <Button onClick={cancel}>{messages.cancel}</Button>}
        <Button type="submit" look="primary">
          {submit}
        </Button>
      </div>
    </form>
  );
}
