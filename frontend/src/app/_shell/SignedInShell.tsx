"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { GatewayUnreachableBanner } from "@/components/GatewayUnreachable";
import { useGatewayUnreachable } from "@/lib/query/use-gateway-unreachable";
import { useTaskMutations } from "@/features/tasks";
import { KeyboardHelp } from "./KeyboardHelp";
import { useShortcuts } from "@/lib/keyboard/use-shortcuts";
import { LogoutButton } from "@/features/session";
import { Wordmark } from "@/components/Wordmark";

const PLACES = [
  { href: "/hunt", name: "The Hunt" },
  { href: "/journal", name: "The Journal" },
] as const;

/** What stands around every signed-in page. */
export function SignedInShell({ children }: { children: ReactNode }) {
  const path = usePathname();
  const silent = useGatewayUnreachable();
  const { undoLast, finish } = useTaskMutations();
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
          <LogoutButton beforeLogout={finish} />
        </div>
      </header>
      {silent && <GatewayUnreachableBanner />}
      {children}
      {helping && <KeyboardHelp close={() => setHelping(false)} />}
    </>
  );
}
