"use client";

import type { ReactNode } from "react";
import { QueryProvider } from "@/gateway/QueryProvider";
import { ContractChangesProvider } from "@/hunt/ContractChanges";
import { HunterShell } from "./HunterShell";

/** Everything the signed-in pages share. */
export default function SignedInArea({ children }: { children: ReactNode }) {
  return (
    <QueryProvider>
      <ContractChangesProvider>
        <HunterShell>{children}</HunterShell>
      </ContractChangesProvider>
    </QueryProvider>
  );
}
