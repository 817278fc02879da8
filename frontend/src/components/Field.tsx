"use client";

import { type ReactNode, useId } from "react";
import { lengthOf } from "@/lib/api/limits";
import { CharacterCount } from "./CharacterCount";
import styles from "./Field.module.css";

interface FieldProps {
  label: string;
  value: string;
  hint?: string | undefined;
  error?: string | undefined;
  /** Most characters the gateway takes; counted down as the end comes near. */
  limit?: number;
  /** Given the attributes that tie the control to its label, hint and error. */
  children: (tie: FieldTie) => ReactNode;
}

export interface FieldTie {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
}

/** A label, a control, and beneath it what the control needs to say. */
export function Field({ label, value, hint, error, limit, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div>
      <div className={styles.head}>
        <label htmlFor={id} className={styles.label}>
          {label}
        </label>
        {limit !== undefined && <CharacterCount used={lengthOf(value)} limit={limit} />}
      </div>
      {children({
        id,
        ...(note ? { "aria-describedby": noteId } : {}),
        ...(error ? { "aria-invalid": true } : {}),
      })}
      {note && (
        <p id={noteId} className={styles.note} data-error={error ? "" : undefined}>
          {note}
        </p>
      )}
    </div>
  );
}

interface FieldGroupProps {
  label: string;
  children: ReactNode;
}

/** Several controls under one label. */
export function FieldGroup({ label, children }: FieldGroupProps) {
  return (
    <fieldset className={styles.group}>
      <legend className={`${styles.label} ${styles.legend}`}>{label}</legend>
      {children}
    </fieldset>
  );
}
