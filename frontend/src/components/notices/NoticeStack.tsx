"use client";

import { useEffect, useSyncExternalStore } from "react";
import { Button } from "@/components/Button";
import { CloseIcon } from "@/components/icons/CloseIcon";
import { Kbd } from "@/components/Kbd";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { useSingleKeys } from "@/lib/keyboard/single-keys";
import { shellMessages } from "@/lib/messages/shell";
import { useMessages } from "@/lib/messages";
import styles from "./NoticeStack.module.css";
import type { Notice, Notices } from "./notices";

const NONE: readonly Notice[] = [];
/** More would cover what they speak of. */
const MOST_SHOWN = 3;
const READER = "reader";

/** Stands in the page from the start, empty: screen readers announce only what enters a live region. */
export function NoticeStack({ notices }: { notices: Notices }) {
  const messages = useMessages(shellMessages).notices;
  const all = useSyncExternalStore(notices.watch, notices.current, () => NONE);
  const held = useSyncExternalStore(notices.watch, notices.areHeld, () => false);
  const shown = inOrder(all).slice(-MOST_SHOWN);
  const hidden = all.length - shown.length;
  return (
    <section
      aria-label={messages.label}
      className={styles.stack}
      data-held={held || undefined}
      // Not only as it enters: the one it pressed may have gone, and another stands there now.
      onPointerMove={() => notices.hold(READER)}
      onPointerLeave={() => notices.release(READER)}
      onFocus={() => notices.hold(READER)}
      onBlur={() => notices.release(READER)}
    >
      <div role="status" aria-atomic="false" className={styles.live}>
        {hidden > 0 && <p className={styles.hidden}>{messages.hidden(hidden)}</p>}
        {shown.map((notice) => (
          <NoticeCard key={notice.id} notice={notice} notices={notices} />
        ))}
      </div>
    </section>
  );
}

/** The newest is the lowest. Those whose time runs out are never among the hidden ones. */
const inOrder = (notices: readonly Notice[]) => [
  ...notices.filter(({ seconds }) => seconds === undefined),
  ...notices.filter(({ seconds }) => seconds !== undefined),
];

function NoticeCard({ notice, notices }: { notice: Notice; notices: Notices }) {
  const messages = useMessages(shellMessages).notices;
  const keys = useSingleKeys();
  const { id, round, tone, text, detail, action, seconds } = notice;
  // The focus or pointer that held the clocks leaves with its notice, without an event.
  useEffect(
    () => () => {
      if (!document.activeElement?.closest("[data-notice]")) notices.release(READER);
    },
    [notices],
  );
  return (
    <div className={styles.notice} aria-atomic="true" data-notice data-tone={tone}>
      <p className={styles.text}>
        <span className={styles.clamped}>{text}</span>
        {detail && <span className={styles.detail}>{detail}</span>}
      </p>
      {action && (
        <button type="button" className={styles.action} onClick={() => notices.act(id)}>
          <span>{action.label}</span>
          {action.shortcut && keys && <Kbd className={styles.key}>{action.shortcut}</Kbd>}
        </button>
      )}
      <Button look="icon" onClick={() => notices.dismiss(id)}>
        <CloseIcon />
        <VisuallyHidden>{messages.dismiss}</VisuallyHidden>
      </Button>
      {seconds !== undefined && (
        <span key={round} className={styles.clock} style={{ animationDuration: `${seconds}s` }} aria-hidden="true" />
      )}
    </div>
  );
}
