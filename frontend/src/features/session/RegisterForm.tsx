"use client";

import { useState } from "react";
import { Field } from "@/components/Field";
import { Input } from "@/components/Input";
import { ACCOUNT_LIMITS, PASSWORD_MAX_BYTES } from "@/lib/api/limits";
import { useMessages } from "@/lib/messages";
import { registrationMessages } from "@/lib/messages/registration";
import { AccountForm } from "./AccountForm";
import { EmailField } from "./EmailField";
import { PasswordField } from "./PasswordField";
import { useSession } from "./SessionProvider";
import { emailError, passwordError, passwordTooLong, usernameError } from "./validation";

interface RegisterFormProps {
  /** In characters. */
  passwordMinLength: number;
}

export function RegisterForm({ passwordMinLength }: RegisterFormProps) {
  const session = useSession();
  const messages = useMessages(registrationMessages);
  const [username, setUsername] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");

  return (
    <AccountForm
      label={messages.form}
      submitLabel={messages.submit}
      busyLabel={messages.busy}
      errors={{ username: usernameError(username), email: emailError(email), password: passwordError(password, passwordMinLength) }}
      send={() => session.register({ username: username.trim(), email: email.trim(), password })}
    >
      {(shown) => (
        <>
          <Field label={messages.username} value={username} limit={ACCOUNT_LIMITS.username.maxLength} error={shown.username}>
            {(tie) => (
              <Input
                {...tie}
                name="username"
                value={username}
                onChange={(event) => setUsername(event.target.value)}
                autoComplete="username"
                required
              />
            )}
          </Field>
          <EmailField value={email} change={setEmail} limit={ACCOUNT_LIMITS.email.maxLength} error={shown.email} />
          <PasswordField
            value={password}
            change={setPassword}
            autoComplete="new-password"
            hint={messages.passwordHint(passwordMinLength, PASSWORD_MAX_BYTES)}
            error={shown.password ?? passwordTooLong(password)}
          />
        </>
      )}
    </AccountForm>
  );
}
