import type { ReactNode } from "react";
import { SignedInOnly } from "@/session/SignedInOnly";
import { SignedInArea } from "@/shell/later";
import { Unreached, Waking } from "@/shell/Threshold";

export default function HunterLayout({ children }: { children: ReactNode }) {
  return (
    <SignedInOnly waiting={<Waking />} silent={<Unreached />}>
      <SignedInArea>{children}</SignedInArea>
    </SignedInOnly>
  );
}
