"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/Button";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { LogoutButton } from "@/features/session";
import { useTaskMutations } from "@/features/tasks";
import { useShortcuts } from "@/lib/keyboard/use-shortcuts";
import { useMessages } from "@/lib/messages";
import { shellMessages } from "@/lib/messages/shell";
import { useGatewayTrouble } from "@/lib/query/use-gateway-trouble";
import { Header } from "./Header";
import { KeyboardHelp } from "./KeyboardHelp";
import styles from "./SignedInShell.module.css";
import { TroubleBanner } from "./TroubleBanner";

/** What stands around every signed-in page. */
export function SignedInShell({ children }: { children: ReactNode }) {
  const messages = useMessages(shellMessages);
  const path = usePathname();
  const trouble = useGatewayTrouble();
  const { undoLast, flush } = useTaskMutations();
  const [helping, setHelping] = useState(false);
  useShortcuts({ "?": () => setHelping(true), u: undoLast });

  const link = (href: string, name: string) => (
    <Link href={href} className={styles.link} aria-current={path === href ? "page" : undefined}>
      {name}
    </Link>
  );
  return (
    <>
      <Header>
        <nav aria-label={messages.navigation} className={styles.navigation}>
          {link("/hunt", messages.tasks)}
          {link("/journal", messages.activity)}
        </nav>
        <div className={styles.account}>
          <Button look="icon" className={styles.help} title={messages.keys.openTitle} onClick={() => setHelping(true)}>
            <span aria-hidden="true">?</span>
            <VisuallyHidden>{messages.keys.open}</VisuallyHidden>
          </Button>
          <LogoutButton beforeLogout={flush} />
        </div>
      </Header>
      {trouble && <TroubleBanner failure={trouble} />}
      {children}
      {helping && <KeyboardHelp close={() => setHelping(false)} />}
    </>
  );
}
