"use client";

import { useMessages } from "@/lib/messages";
import { sessionMessages } from "@/lib/messages/session";
import { AccountForm } from "./AccountForm";
import { EmailField } from "./EmailField";
import { PasswordField } from "./PasswordField";
import { useSession } from "./SessionProvider";
import { useFieldText } from "./use-field-text";
import { emailError } from "./validation";

export function LoginForm() {
  const session = useSession();
  const { login, errors } = useMessages(sessionMessages);
  const email = useFieldText();
  const password = useFieldText();

  return (
    <AccountForm
      label={login.form}
      submitLabel={login.submit}
      busyLabel={login.busy}
      errors={{ email: emailError(email.value), password: password.value ? undefined : errors.passwordMissing }}
      send={() => session.login({ email: email.value.trim(), password: password.value })}
    >
      {(shown) => (
        <>
          <EmailField field={email} error={shown.email} />
          <PasswordField field={password} autoComplete="current-password" error={shown.password} />
        </>
      )}
    </AccountForm>
  );
}
