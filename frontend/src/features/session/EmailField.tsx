"use client";

import { Field } from "@/components/Field";
import { Input } from "@/components/Input";
import { useMessages } from "@/lib/messages";
import { sessionMessages } from "@/lib/messages/session";
import type { FieldText } from "./use-field-text";

interface EmailFieldProps {
  field: FieldText;
  /** The most characters it may have, shown as they are neared. */
  limit?: number;
  error: string | undefined;
}

export function EmailField({ field, ...told }: EmailFieldProps) {
  const { fields } = useMessages(sessionMessages);
  return (
    <Field label={fields.email} value={field.value} {...told}>
      {(tie) => (
        <Input
          {...tie}
          name="email"
          type="email"
          {...field}
          autoComplete="email"
          required
        />
      )}
    </Field>
  );
}
