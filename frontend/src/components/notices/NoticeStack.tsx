"use client";

import { useEffect, useSyncExternalStore } from "react";
import { Button } from "@/components/Button";
import { CloseIcon } from "@/components/icons/CloseIcon";
import { Kbd } from "@/components/Kbd";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { shellMessages } from "@/lib/messages/shell";
import { useMessages } from "@/lib/messages";
import styles from "./NoticeStack.module.css";
import type { Notice, Notices } from "./notices";

const NONE: readonly Notice[] = [];

/** Stands in the page from the start, empty: screen readers announce only what enters a live region. */
export function NoticeStack({ notices }: { notices: Notices }) {
  const messages = useMessages(shellMessages).notices;
  const shown = useSyncExternalStore(notices.watch, notices.current, () => NONE);
  return (
    <section
      aria-label={messages.label}
      className={styles.stack}
      // Not only as it enters: the one it pressed may have gone, and another stands there now.
      onPointerMove={() => notices.hold()}
      onPointerLeave={() => notices.release()}
      onFocus={() => notices.hold()}
      onBlur={() => notices.release()}
    >
      <div role="status" className={styles.live}>
        {shown.map((notice) => (
          <NoticeCard key={notice.id} notice={notice} notices={notices} />
        ))}
      </div>
    </section>
  );
}

function NoticeCard({ notice, notices }: { notice: Notice; notices: Notices }) {
  const messages = useMessages(shellMessages).notices;
  const { id, tone, text, detail, action, seconds } = notice;
  // The focus or pointer that held the clocks leaves with its notice, without an event.
  useEffect(
    () => () => {
      if (!document.activeElement?.closest("[data-notice]")) notices.release();
    },
    [notices],
  );
  return (
    <div className={styles.notice} data-notice data-tone={tone}>
      <p className={styles.text}>
        <span className={styles.clamped}>{text}</span>
        {detail && <span className={styles.detail}>{detail}</span>}
      </p>
      {action && (
        <button type="button" className={styles.action} onClick={() => notices.act(id)}>
          {action.label}
          {action.shortcut && <Kbd className={styles.key}>{action.shortcut}</Kbd>}
        </button>
      )}
      <Button look="icon" onClick={() => notices.dismiss(id)}>
        <CloseIcon />
        <VisuallyHidden>{messages.dismiss}</VisuallyHidden>
      </Button>
      {seconds !== undefined && <span className={styles.clock} aria-hidden="true" />}
    </div>
  );
}
