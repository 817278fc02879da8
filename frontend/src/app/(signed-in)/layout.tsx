import type { ReactNode } from "react";
import { SignedInOnly } from "@/features/session";
import { SignedInArea } from "../_shell/lazy";
import { SessionUnreachable, SessionLoading } from "../_shell/SessionStates";

export default function HunterLayout({ children }: { children: ReactNode }) {
  return (
    <SignedInOnly waiting={<SessionLoading />} silent={<SessionUnreachable />}>
      <SignedInArea>{children}</SignedInArea>
    </SignedInOnly>
  );
}
