import { Field } from "@/components/Field";

interface EmailFieldProps {
  value: string;
  change: (email: string) => void;
  /** The most characters it may have, shown as they are neared. */
  limit?: number;
  fault: string | undefined;
}

export function EmailField({ value, change, ...said }: EmailFieldProps) {
  return (
    <Field label="E-mail" value={value} {...said}>
      {(tie) => (
        <input
          {...tie}
          name="email"
          type="email"
          className="input"
          value={value}
          onChange={(event) => change(event.target.value)}
          autoComplete="email"
          required
        />
      )}
    </Field>
  );
}
