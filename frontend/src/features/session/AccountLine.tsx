"use client";

import { useQuery } from "@tanstack/react-query";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { useMessages } from "@/lib/messages";
import { settingsMessages } from "@/lib/messages/settings";
import styles from "./AccountLine.module.css";
import { useApi } from "./PersonProvider";

/** Asked once for each person: no page changes an account. */
function useAccount() {
  const { account } = useApi();
  return useQuery({ queryKey: ["account"], queryFn: ({ signal }) => account.me(signal), staleTime: Infinity }).data;
}

/** Who is signed in, in one word. Nothing until the gateway has said it. */
export function AccountName() {
  const messages = useMessages(settingsMessages);
  const account = useAccount();
  if (!account) return null;
  return (
    <p className={styles.name} title={`${messages.account} ${account.username}, ${account.email}`}>
      <VisuallyHidden>{messages.account}</VisuallyHidden> <span>{account.username}</span>
    </p>
  );
}

/** Who is signed in, with the address that tells two people of one name apart. */
export function AccountLine() {
  const messages = useMessages(settingsMessages);
  const account = useAccount();
  if (!account) return null;
  return (
    <p className={styles.account}>
      <span>{messages.account}</span> <strong>{account.username}</strong> <span>{account.email}</span>
    </p>
  );
}
