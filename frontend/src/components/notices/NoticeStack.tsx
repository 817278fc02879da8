"use client";

import { useEffect, useSyncExternalStore } from "react";
import { CloseIcon } from "@/components/icons/CloseIcon";
import type { Notice, Notices } from "./notices";

const NONE: readonly Notice[] = [];

/** Stands in the page from the start, empty: screen readers announce only what enters a live region. */
export function NoticeStack({ notices }: { notices: Notices }) {
  const shown = useSyncExternalStore(notices.watch, notices.current, () => NONE);
  return (
    <section
      aria-label="Notices"
      className="notice-stack"
      // Not only as it enters: the one it pressed may have gone, and another stands there now.
      onPointerMove={() => notices.hold()}
      onPointerLeave={() => notices.release()}
      onFocus={() => notices.hold()}
      onBlur={() => notices.release()}
    >
      <div role="status" className="contents">
        {shown.map((notice) => (
          <NoticeCard key={notice.id} notice={notice} notices={notices} />
        ))}
      </div>
    </section>
  );
}

function NoticeCard({ notice, notices }: { notice: Notice; notices: Notices }) {
  const { id, tone, text, detail, action, seconds } = notice;
  // The focus or pointer that held the clocks leaves with its notice, without an event.
  useEffect(
    () => () => {
      if (!document.activeElement?.closest(".notice")) notices.release();
    },
    [notices],
  );
  return (
    <div className="notice" data-tone={tone}>
      <p className="notice-text wrap-anywhere">
        <span className="line-clamp-5">{text}</span>
        {detail && <span className="block text-sm text-ash">{detail}</span>}
      </p>
      {action && (
        <button type="button" className="notice-action" onClick={() => notices.act(id)}>
          {action.label}
          {action.shortcut && <kbd className="key">{action.shortcut}</kbd>}
        </button>
      )}
      <button type="button" className="icon-button" onClick={() => notices.dismiss(id)}>
        <CloseIcon />
        <span className="sr-only">Dismiss this notice</span>
      </button>
      {seconds !== undefined && <span className="notice-clock" aria-hidden="true" />}
    </div>
  );
}
