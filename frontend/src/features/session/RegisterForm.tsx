"use client";

import { useState } from "react";
import { LIMITS } from "@/lib/api/types";
import { Field } from "@/components/Field";
import { AccountForm } from "./AccountForm";
import { emailError, passwordError, usernameError } from "./validation";
import { EmailField } from "./EmailField";
import { PasswordField } from "./PasswordField";
import { useSession } from "./SessionProvider";

export function RegisterForm() {
  const session = useSession();
  const [username, setUsername] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const faults = {
    username: usernameError(username),
    email: emailError(email),
    password: passwordError(password),
  };

  return (
    <AccountForm
      label="Register"
      submitLabel="Sign in blood"
      busyLabel="Signing…"
      faults={faults}
      send={() => session.register({ username: username.trim(), email: email.trim(), password })}
    >
      {(shown) => (
        <>
          <Field label="Name" value={username} limit={LIMITS.username} fault={shown.username}>
            {(tie) => (
              <input
                {...tie}
                name="username"
                className="input"
                value={username}
                onChange={(event) => setUsername(event.target.value)}
                autoComplete="username"
                required
              />
            )}
          </Field>
          <EmailField value={email} change={setEmail} limit={LIMITS.email} fault={shown.email} />
          <PasswordField
            value={password}
            change={setPassword}
            autoComplete="new-password"
            hint={`At least ${LIMITS.passwordMin} characters; at most ${LIMITS.passwordBytes} bytes.`}
            fault={shown.password ?? tooLong(password)}
          />
        </>
      )}
    </AccountForm>
  );
}

/** Said while it is typed: a password cut short by surprise is worse than one refused. */
const tooLong = (password: string) =>
  password.length > LIMITS.passwordMin ? passwordError(password) : undefined;
