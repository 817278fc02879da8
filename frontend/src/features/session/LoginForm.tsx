"use client";

import { useState } from "react";
import { AccountForm } from "./AccountForm";
import { emailError } from "./validation";
import { EmailField } from "./EmailField";
import { PasswordField } from "./PasswordField";
import { useSession } from "./SessionProvider";

export function LoginForm() {
  const session = useSession();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const faults = { email: emailError(email), password: password ? undefined : "A password is needed." };

  return (
    <AccountForm
      label="Log in"
      submitLabel="Enter the dream"
      busyLabel="Entering…"
      faults={faults}
      send={() => session.login({ email: email.trim(), password })}
    >
      {(shown) => (
        <>
          <EmailField value={email} change={setEmail} fault={shown.email} />
          <PasswordField value={password} change={setPassword} autoComplete="current-password" fault={shown.password} />
        </>
      )}
    </AccountForm>
  );
}
