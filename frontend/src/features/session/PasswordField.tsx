"use client";

import { useState } from "react";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { EyeIcon } from "@/components/icons/EyeIcon";
import { Input } from "@/components/Input";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { useMessages } from "@/lib/messages";
import { sessionMessages } from "@/lib/messages/session";
import styles from "./PasswordField.module.css";

interface PasswordFieldProps {
  value: string;
  change: (password: string) => void;
  autoComplete: "current-password" | "new-password";
  hint?: string;
  error: string | undefined;
}

export function PasswordField({ value, change, autoComplete, hint, error }: PasswordFieldProps) {
  const { fields } = useMessages(sessionMessages);
  const [shown, setShown] = useState(false);
  return (
    <Field label={fields.password} value={value} hint={hint} error={error}>
      {(tie) => (
        <div className={styles.control}>
          <Input
            {...tie}
            name="password"
            type={shown ? "text" : "password"}
            className={styles.input}
            value={value}
            onChange={(event) => change(event.target.value)}
            autoComplete={autoComplete}
            required
          />
          <Button look="icon" className={styles.show} aria-pressed={shown} onClick={() => setShown(!shown)}>
            <EyeIcon />
            <VisuallyHidden>{fields.showPassword}</VisuallyHidden>
          </Button>
        </div>
      )}
    </Field>
  );
}
