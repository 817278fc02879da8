"use client";

import { useRef } from "react";
import { Field } from "@/components/Field";
import { Input } from "@/components/Input";
import { hasStatus, NetworkError } from "@/lib/api/errors";
import { ACCOUNT_LIMITS, PASSWORD_MAX_BYTES } from "@/lib/api/limits";
import { useMessages } from "@/lib/messages";
import { registrationMessages } from "@/lib/messages/registration";
import { AccountForm } from "./AccountForm";
import { EmailField } from "./EmailField";
import { PasswordField } from "./PasswordField";
import { useSession } from "./SessionProvider";
import { useFieldText } from "./use-field-text";
import { emailError, passwordError, passwordTooLong, usernameError } from "./validation";

interface RegisterFormProps {
  /** In characters. */
  passwordMinLength: number;
}

export function RegisterForm({ passwordMinLength }: RegisterFormProps) {
  const session = useSession();
  const messages = useMessages(registrationMessages);
  const username = useFieldText();
  const email = useFieldText();
  const password = useFieldText();
  const unanswered = useRef(false);

  const register = async () => {
    const account = { email: email.value.trim(), password: password.value };
    try {
      await session.register({ ...account, username: username.value.trim() });
    } catch (failure) {
      const mayBeTheirs = unanswered.current && hasStatus(failure, 409);
      unanswered.current = failure instanceof NetworkError;
      if (!mayBeTheirs) throw failure;
      // The answer to the attempt before was lost, and the account may have been made by it.
      await session.login(account).catch(() => {
        throw failure;
      });
    }
  };

  return (
    <AccountForm
      label={messages.form}
      submitLabel={messages.submit}
      busyLabel={messages.busy}
      errors={{
        username: usernameError(username.value),
        email: emailError(email.value),
        password: passwordError(password.value, passwordMinLength),
      }}
      send={register}
    >
      {(shown) => (
        <>
          <Field label={messages.username} value={username.value} limit={ACCOUNT_LIMITS.username.maxLength} error={shown.username}>
            {(tie) => (
              <Input
                {...tie}
                name="username"
                {...username}
                autoComplete="username"
                required
              />
            )}
          </Field>
          <EmailField field={email} limit={ACCOUNT_LIMITS.email.maxLength} error={shown.email} />
          <PasswordField
            field={password}
            autoComplete="new-password"
            hint={messages.passwordHint(passwordMinLength, PASSWORD_MAX_BYTES)}
            error={shown.password ?? passwordTooLong(password.value)}
          />
        </>
      )}
    </AccountForm>
  );
}
