"use client";

import { useState } from "react";
import { useMessages } from "@/lib/messages";
import { sessionMessages } from "@/lib/messages/session";
import { AccountForm } from "./AccountForm";
import { EmailField } from "./EmailField";
import { PasswordField } from "./PasswordField";
import { useSession } from "./SessionProvider";
import { emailError } from "./validation";

export function LoginForm() {
  const session = useSession();
  const { login, errors } = useMessages(sessionMessages);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");

  return (
    <AccountForm
      label={login.form}
      submitLabel={login.submit}
      busyLabel={login.busy}
      errors={{ email: emailError(email), password: password ? undefined : errors.passwordMissing }}
      send={() => session.login({ email: email.trim(), password })}
    >
      {(shown) => (
        <>
          <EmailField value={email} change={setEmail} error={shown.email} />
          <PasswordField value={password} change={setPassword} autoComplete="current-password" error={shown.password} />
        </>
      )}
    </AccountForm>
  );
}
