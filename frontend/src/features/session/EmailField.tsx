"use client";

import { Field } from "@/components/Field";
import { Input } from "@/components/Input";
import { useMessages } from "@/lib/messages";
import { sessionMessages } from "@/lib/messages/session";

interface EmailFieldProps {
  value: string;
  change: (email: string) => void;
  /** The most characters it may have, shown as they are neared. */
  limit?: number;
  error: string | undefined;
}

export function EmailField({ value, change, ...told }: EmailFieldProps) {
  const { fields } = useMessages(sessionMessages);
  return (
    <Field label={fields.email} value={value} {...told}>
      {(tie) => (
        <Input
          {...tie}
          name="email"
          type="email"
          value={value}
          onChange={(event) => change(event.target.value)}
          autoComplete="email"
          required
        />
      )}
    </Field>
  );
}
