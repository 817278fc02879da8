"use client";

import { type FormEvent, type ReactNode, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "@/components/Button";
import { Callout } from "@/components/Callout";
import { ApiError } from "@/lib/api/errors";
import styles from "./AccountForm.module.css";
import { accountErrorMessage } from "./account-error";

const neverChanges = () => () => undefined;

export type FieldErrors = Record<string, string | undefined>;

interface AccountFormProps {
  label: string;
  submitLabel: string;
  busyLabel: string;
  /** What the page itself finds wrong, by field. */
  errors: FieldErrors;
  send: () => Promise<void>;
  /** Given the errors to show now: the page's own once one tried, then the gateway's. */
  children: (shown: FieldErrors) => ReactNode;
}

/** What login and registration share: saying what is wrong, where, and putting the focus there. */
export function AccountForm({ label, submitLabel, busyLabel, errors, send, children }: AccountFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const alive = useSyncExternalStore(neverChanges, () => true, () => false);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setTried(true);
    setFailure(undefined);
    const invalid = Object.keys(errors).find((field) => errors[field]);
    if (invalid) {
      form.current?.querySelector<HTMLElement>(`[name="${invalid}"]`)?.focus();
      return;
    }
    setBusy(true);
    try {
      await send();
    } catch (reason) {
      setFailure(reason);
      setBusy(false);
    }
  };

  const refused = failure instanceof ApiError ? failure.fields : [];
  const shown: FieldErrors = tried ? { ...errors } : {};
  for (const { field, message } of refused) shown[field] ??= message;
  return (
    <form
      ref={form}
      // Should the browser send it after all, the password does not stand in the address.
      method="post"
      aria-label={label}
      onSubmit={(event) => void submit(event)}
      // What was refused is not what stands there now.
      onChange={() => setFailure(undefined)}
      noValidate
      className={styles.form}
    >
      {children(shown)}
      <div role="alert" className={styles.alert}>
        {failure !== undefined && <Callout tone="danger">{accountErrorMessage(failure)}</Callout>}
      </div>
      {/* Before the script runs the browser itself would send the form: a disabled button keeps Enter from it, too
          (HTML Standard, "implicit submission"). While it works it is not disabled: that would throw the focus off. */}
      <Button type="submit" look="primary" disabled={!alive} aria-disabled={busy}>
        {busy ? busyLabel : submitLabel}
      </Button>
    </form>
  );
}
