"use client";

import { type MouseEvent, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { shellMessages } from "@/lib/messages/shell";
import { useMessages } from "@/lib/messages";
import { Button } from "./Button";
import styles from "./Dialog.module.css";
import { Frame } from "./Frame";
import { CloseIcon } from "./icons/CloseIcon";
import { useNotices } from "./notices/NoticeProvider";
import { VisuallyHidden } from "./VisuallyHidden";

const CONTROLS = "input, textarea, select, button, a[href]";

interface DialogProps {
  title: string;
  close: () => void;
  /** Only where nothing typed can be lost. */
  closeOnBackdrop?: boolean;
  wide?: boolean;
  /** The dialog comes by itself, perhaps while someone types: no key pressed just then may choose anything. */
  unasked?: boolean;
  children: ReactNode;
}

/**
 * The platform's modal dialog: it makes the page behind it inert, keeps the focus, and gives it back.
 * Open for as long as it is rendered.
 */
export function Dialog({ title, close, closeOnBackdrop = false, wide = false, unasked = false, children }: DialogProps) {
  const messages = useMessages(shellMessages);
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  const notices = useNotices();

  // Behind a dialog nobody can press "Undo": its seconds wait.
  useLayoutEffect(() => {
    notices.hold(titleId);
    return () => notices.release(titleId);
  }, [notices, titleId]);

  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    const body = dialog?.firstElementChild;
    if (unasked) heading.current?.focus();
    // What scrolls can have the focus in some browsers: there the body got it, not the first control.
    else if (body === document.activeElement) body?.querySelector<HTMLElement>(CONTROLS)?.focus();
    // The focus went to the first control; whoever reads begins at the top.
    if (body) body.scrollTop = 0;
    // Closed before it is taken out of the page: removal alone does not give the focus back.
    return () => dialog?.close();
  }, [unasked]);

  const onBackdrop = (event: MouseEvent) => {
    if (closeOnBackdrop && event.target === ref.current) close();
  };

  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      className={styles.dialog}
      data-wide={wide || undefined}
      onClick={onBackdrop}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <Frame className={styles.body}>
        <h2 ref={heading} id={titleId} tabIndex={unasked ? -1 : undefined} className={styles.title}>
          {title}
        </h2>
        {children}
        {/* Last, so that a dialog opens with the focus on its first field, not on the way out. */}
        <Button look="icon" className={styles.close} onClick={close}>
          <CloseIcon />
          <VisuallyHidden>{messages.close}</VisuallyHidden>
        </Button>
      </Frame>
    </dialog>
  );
}

/** The buttons at the foot of a dialog. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
