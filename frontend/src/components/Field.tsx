"use client";

import { type ReactNode, useId } from "react";
import { lengthOf } from "@/lib/api/types";
import { CharacterCount } from "./CharacterCount";

interface FieldProps {
  label: string;
  value: string;
  hint?: string | undefined;
  fault?: string | undefined;
  /** Most characters the gateway takes; counted down as the end comes near. */
  limit?: number;
  /** Given the attributes that tie the control to its label, hint and fault. */
  children: (tie: FieldTie) => ReactNode;
}

export interface FieldTie {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
}

/** A label, a control, and beneath it what the control needs to say. */
export function Field({ label, value, hint, fault, limit, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = fault ?? hint;
  return (
    <div>
      <div className="mb-1.5 flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="label">
          {label}
        </label>
        {limit !== undefined && <CharacterCount used={lengthOf(value)} limit={limit} />}
      </div>
      {children({
        id,
        ...(note ? { "aria-describedby": noteId } : {}),
        ...(fault ? { "aria-invalid": true } : {}),
      })}
      {note && (
        <p id={noteId} className={`mt-1.5 text-sm ${fault ? "text-wound" : "text-ash"}`}>
          {note}
        </p>
      )}
    </div>
  );
}
