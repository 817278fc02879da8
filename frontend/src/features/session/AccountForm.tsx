"use client";

import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { ApiError } from "@/lib/api/errors";
import { Button } from "@/components/Button";
import { accountErrorMessage } from "./account-error";

export type FieldErrors = Record<string, string | undefined>;

interface AccountFormProps {
  label: string;
  submitLabel: string;
  busyLabel: string;
  /** What the page itself finds wrong, by field. */
  faults: FieldErrors;
  send: () => Promise<void>;
  /** Given the faults to show now: the page's own once one tried, then the gateway's. */
  children: (shown: FieldErrors) => ReactNode;
}

/** What login and registration share: saying what is wrong, where, and putting the focus there. */
export function AccountForm({ label, submitLabel, busyLabel, faults, send, children }: AccountFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setTried(true);
    setFailure(undefined);
    const faulty = Object.keys(faults).find((field) => faults[field]);
    if (faulty) {
      form.current?.querySelector<HTMLElement>(`[name="${faulty}"]`)?.focus();
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
  const shown: FieldErrors = tried ? { ...faults } : {};
  for (const { field, message } of refused) shown[field] ??= message;
  return (
    <form
      ref={form}
      aria-label={label}
      onSubmit={(event) => void submit(event)}
      // What was refused is not what stands there now.
      onChange={() => setFailure(undefined)}
      noValidate
      className="grid gap-5"
    >
      {children(shown)}
      <div role="alert" className="empty:hidden">
        {failure !== undefined && <p className="alarm">{accountErrorMessage(failure)}</p>}
      </div>
      {/* Not disabled: that would throw the focus off the page. */}
      <Button type="submit" look="lantern" aria-disabled={busy} className="w-full">
        {busy ? busyLabel : submitLabel}
      </Button>
    </form>
  );
}
