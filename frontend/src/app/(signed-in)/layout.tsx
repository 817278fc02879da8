import type { ReactNode } from "react";
import { SignedInOnly } from "@/features/session";
import { SignedInArea } from "../_shell/lazy";
import { SessionLoading, SessionUnreachable } from "../_shell/SessionStates";

export default function SignedInLayout({ children }: { children: ReactNode }) {
  return (
    <SignedInOnly loading={<SessionLoading />} unreachable={<SessionUnreachable />}>
      <SignedInArea>{children}</SignedInArea>
    </SignedInOnly>
  );
}
