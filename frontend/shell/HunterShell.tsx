"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { GatewaySilentBanner } from "@/gateway/GatewaySilent";
import { useSilence } from "@/gateway/use-silence";
import { useContractChanges } from "@/hunt/ContractChanges";
import { KeyboardHelp } from "@/keyboard/KeyboardHelp";
import { useShortcuts } from "@/keyboard/use-shortcuts";
import { SeverConnection } from "./SeverConnection";
import { Wordmark } from "./Wordmark";

const PLACES = [
  { href: "/hunt", name: "The Hunt" },
  { href: "/journal", name: "The Journal" },
] as const;

/** What stands around every signed-in page. */
export function HunterShell({ children }: { children: ReactNode }) {
  const path = usePathname();
  const silent = useSilence();
  const { undoLast } = useContractChanges();
  const [helping, setHelping] = useState(false);
  useShortcuts({ "?": () => setHelping(true), u: undoLast });

  return (
    <>
      <header className="header">
        <Wordmark />
        <nav aria-label="Places" className="places">
          {PLACES.map(({ href, name }) => (
            <Link key={href} href={href} className="place" aria-current={path === href ? "page" : undefined}>
              {name}
            </Link>
          ))}
        </nav>
        <div className="ml-auto flex items-center gap-1">
          <button type="button" className="icon-button font-display" title="Keys (?)" onClick={() => setHelping(true)}>
            <span aria-hidden="true">?</span>
            <span className="sr-only">The keys</span>
          </button>
          <SeverConnection />
        </div>
      </header>
      {silent && <GatewaySilentBanner />}
      {children}
      {helping && <KeyboardHelp close={() => setHelping(false)} />}
    </>
  );
}
