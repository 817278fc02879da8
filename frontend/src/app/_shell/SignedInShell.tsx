"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/Button";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { AccountLine, AccountName, LogoutButton } from "@/features/session";
import { useTaskMutations, useTasksAddress } from "@/features/tasks";
import { useShortcuts } from "@/lib/keyboard/use-shortcuts";
import { useMessages } from "@/lib/messages";
import { shellMessages } from "@/lib/messages/shell";
import { useGatewayTrouble } from "@/lib/query/use-gateway-trouble";
import { Header } from "./Header";
import { KeyboardHelp } from "./KeyboardHelp";
import { Settings } from "./Settings";
import styles from "./SignedInShell.module.css";
import { TroubleBanner } from "./TroubleBanner";

/** What stands around every signed-in page. */
export function SignedInShell({ children }: { children: ReactNode }) {
  const messages = useMessages(shellMessages);
  const path = usePathname();
  const tasks = useTasksAddress();
  const trouble = useGatewayTrouble();
  const { flush } = useTaskMutations();
  const [helping, setHelping] = useState(false);
  useShortcuts({ "?": () => setHelping(true) });

  const link = (href: string, name: string, title: string) => (
    <Link href={href} title={title} className={styles.link} aria-current={href.startsWith(path) ? "page" : undefined}>
      {name}
    </Link>
  );
  return (
    <>
      <Header>
        <nav aria-label={messages.navigation} className={styles.navigation}>
          {link(tasks, messages.tasks, messages.tasksTitle)}
          {link("/journal", messages.activity, messages.activityTitle)}
        </nav>
        <div className={styles.account}>
          <Button look="icon" className={styles.help} title={messages.keys.openTitle} onClick={() => setHelping(true)}>
            <span aria-hidden="true">?</span>
            <VisuallyHidden>{messages.keys.open}</VisuallyHidden>
          </Button>
          <Settings>
            <AccountLine />
          </Settings>
          <AccountName />
          <LogoutButton beforeLogout={flush} />
        </div>
      </Header>
      {trouble && <TroubleBanner failure={trouble} />}
      {children}
      {helping && <KeyboardHelp close={() => setHelping(false)} />}
    </>
  );
}
