"use client";

import { type KeyboardEvent, type ReactNode, type SyntheticEvent, useEffect, useId, useLayoutEffect, useRef } from "react";
import { shellMessages } from "@/lib/messages/shell";
import { useMessages } from "@/lib/messages";
import { Button } from "./Button";
import { Frame } from "./Frame";
import { CloseIcon } from "./icons/CloseIcon";
import { useNotices } from "./notices/NoticeProvider";
import styles from "./SidePanel.module.css";
import { useMediaQuery } from "./use-media-query";
import { VisuallyHidden } from "./VisuallyHidden";

interface SidePanelProps {
  title: string;
  /** What is shown: when another takes its place, the focus goes to its beginning. */
  shown: string;
  close: () => void;
  children: ReactNode;
}

const WIDE = "(width >= 60rem)";

/** Whether a panel would stand beside the page, not before it. */
export const isBeside = () => window.matchMedia(WIDE).matches;

/**
 * Stands beside the page on wide screens, where the page stays in use; on others a modal sheet before it. Both are the
 * platform's dialog, which gives the focus back when it closes. Open for as long as it is rendered.
 */
export function SidePanel({ title, shown, close, children }: SidePanelProps) {
  const messages = useMessages(shellMessages);
  const beside = useMediaQuery(WIDE);
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  const notices = useNotices();

  useLayoutEffect(() => {
    const dialog = ref.current;
    if (beside) dialog?.show();
    else dialog?.showModal();
    return () => dialog?.close();
  }, [beside]);

  // Before a modal sheet nobody can press "Undo": its seconds wait.
  useLayoutEffect(() => {
    if (beside) return undefined;
    notices.hold(titleId);
    return () => notices.release(titleId);
  }, [beside, notices, titleId]);

  useEffect(() => {
    const field = ref.current?.querySelector<HTMLElement>("form input");
    (field ?? heading.current)?.focus({ preventScroll: true });
    if (ref.current?.firstElementChild) ref.current.firstElementChild.scrollTop = 0;
  }, [beside, shown]);

  // The platform closes only a modal one by Escape.
  const onKeyDown = (event: KeyboardEvent) => {
    if (!beside || !isOwn(event) || event.key !== "Escape" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    close();
  };
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      className={styles.panel}
      data-beside={beside || undefined}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        if (!isOwn(event)) return;
        event.preventDefault();
        close();
      }}
    >
      <Frame className={styles.body}>
        <h2 ref={heading} id={titleId} tabIndex={-1} className={styles.title}>
          {title}
        </h2>
        {children}
        <Button look="icon" className={styles.close} onClick={close}>
          <CloseIcon />
          <VisuallyHidden>{messages.close}</VisuallyHidden>
        </Button>
      </Frame>
    </dialog>
  );
}

/** Whether it began in this dialog, and not in one that stands before it: React passes on the events of both. */
function isOwn({ target, currentTarget }: SyntheticEvent): boolean {
  return target instanceof Element && target.closest("dialog") === currentTarget;
}
