"use client";

import { useState } from "react";
import { Field } from "@/components/Field";
import { EyeIcon } from "@/components/icons/EyeIcon";

interface PasswordFieldProps {
  value: string;
  change: (password: string) => void;
  autoComplete: "current-password" | "new-password";
  hint?: string;
  fault: string | undefined;
}

export function PasswordField({ value, change, autoComplete, hint, fault }: PasswordFieldProps) {
  const [open, setOpen] = useState(false);
  return (
    <Field label="Password" value={value} hint={hint} fault={fault}>
      {(tie) => (
        <div className="relative">
          <input
            {...tie}
            name="password"
            type={open ? "text" : "password"}
            className="input pr-12"
            value={value}
            onChange={(event) => change(event.target.value)}
            autoComplete={autoComplete}
            required
          />
          <button
            type="button"
            className="icon-button absolute inset-y-0 right-1 my-auto"
            aria-pressed={open}
            onClick={() => setOpen(!open)}
          >
            <EyeIcon />
            <span className="sr-only">Show the password</span>
          </button>
        </div>
      )}
    </Field>
  );
}
