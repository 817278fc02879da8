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
import type { FieldText } from "./use-field-text";

interface PasswordFieldProps {
  field: FieldText;
  autoComplete: "current-password" | "new-password";
  hint?: string;
  error: string | undefined;
}

export function PasswordField({ field, autoComplete, hint, error }: PasswordFieldProps) {
  const { fields } = useMessages(sessionMessages);
  const [shown, setShown] = useState(false);
  return (
    <Field label={fields.password} value={field.value} hint={hint} error={error}>
      {(tie) => (
        <div className={styles.control}>
          <Input
            {...tie}
            name="password"
            type={shown ? "text" : "password"}
            className={styles.input}
            {...field}
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
