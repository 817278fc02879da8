"use client";

import { useId, useState } from "react";
import { LIMITS } from "@/lib/api/types";
import { Field } from "@/components/Field";
import { STATUSES, toneOf } from "./status";

interface StatusFieldProps {
  status: string;
  choose: (status: string) => void;
  fault: string | undefined;
}

/** The offered states, and a field for any other words. */
export function StatusField({ status, choose, fault }: StatusFieldProps) {
  const name = useId();
  const [other, setOther] = useState(toneOf(status) === "other");
  return (
    <fieldset>
      <legend className="label mb-1.5">State</legend>
      <div className="flex flex-wrap gap-2">
        {STATUSES.map((state) => (
          <label key={state} className="choice">
            <input
              type="radio"
              name={name}
              className="sr-only"
              checked={!other && toneOf(status) === toneOf(state)}
              onChange={() => {
                setOther(false);
                choose(state);
              }}
            />
            {state}
          </label>
        ))}
        <label className="choice">
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={other}
            onChange={() => {
              setOther(true);
              choose("");
            }}
          />
          In other words
        </label>
      </div>
      {other && (
        <div className="mt-3">
          <Field label="Its state, in your words" value={status} limit={LIMITS.status} fault={fault}>
            {(tie) => (
              <input
                {...tie}
                className="input"
                value={status}
                onChange={(event) => choose(event.target.value)}
                autoComplete="off"
              />
            )}
          </Field>
        </div>
      )}
    </fieldset>
  );
}
