"use client";

import { useState } from "react";
import { Field } from "@/components/Field";
import { Input } from "@/components/Input";
import { LIMITS } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { sessionMessages } from "@/lib/messages/session";
import { AccountForm } from "./AccountForm";
import { EmailField } from "./EmailField";
import { PasswordField } from "./PasswordField";
import { useSession } from "./SessionProvider";
import { emailError, passwordError, passwordTooLong, usernameError } from "./validation";

export function RegisterForm() {
  const session = useSession();
  const { register, fields } = useMessages(sessionMessages);
  const [username, setUsername] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");

  return (
    <AccountForm
      label={register.form}
      submitLabel={register.submit}
      busyLabel={register.busy}
      errors={{ username: usernameError(username), email: emailError(email), password: passwordError(password) }}
      send={() => session.register({ username: username.trim(), email: email.trim(), password })}
    >
      {(shown) => (
        <>
          <Field label={fields.username} value={username} limit={LIMITS.username} error={shown.username}>
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
          <EmailField value={email} change={setEmail} limit={LIMITS.email} error={shown.email} />
          <PasswordField
            value={password}
            change={setPassword}
            autoComplete="new-password"
            hint={fields.passwordHint(LIMITS.passwordMin, LIMITS.passwordBytes)}
            // Said while it is typed: a password cut short by surprise is worse than one refused.
            error={shown.password ?? passwordTooLong(password)}
          />
        </>
      )}
    </AccountForm>
  );
}
