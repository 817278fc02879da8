"use client";

import { useState } from "react";
import { Field } from "@/controls/Field";
import { AccountForm } from "./AccountForm";
import { emailFault } from "./account-rules";
import { PasswordField } from "./PasswordField";
import { useSession } from "./SessionProvider";

export function LoginForm() {
  const session = useSession();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const faults = { email: emailFault(email), password: password ? undefined : "A password is needed." };

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
          <Field label="E-mail" value={email} fault={shown.email}>
            {(tie) => (
              <input
                {...tie}
                name="email"
                type="email"
                className="input"
                value={email}
                onChange={(event) => setEmail(event.target.value)}
                autoComplete="email"
                required
              />
            )}
          </Field>
          <PasswordField value={password} change={setPassword} autoComplete="current-password" fault={shown.password} />
        </>
      )}
    </AccountForm>
  );
}
