"use client";

import { type MouseEvent, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { CloseIcon } from "@/components/icons/CloseIcon";

interface DialogProps {
  title: string;
  close: () => void;
  /** Only where nothing typed can be lost. */
  closeOnBackdrop?: boolean;
  wide?: boolean;
  /** It comes by itself, perhaps while someone types: no key pressed just then may choose anything. */
  unasked?: boolean;
  children: ReactNode;
}

/**
 * The platform's modal dialog: it makes the page behind it inert, keeps the focus, and gives it back.
 * Open for as long as it is rendered.
 */
export function Dialog({ title, close, closeOnBackdrop = false, wide = false, unasked = false, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();

  useLayoutEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    if (unasked) heading.current?.focus();
    // The focus went to the first control; whoever reads begins at the top.
    if (dialog?.firstElementChild) dialog.firstElementChild.scrollTop = 0;
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
      className={`dialog ${wide ? "dialog-wide" : ""}`}
      onClick={onBackdrop}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <div className="frame dialog-body">
        <h2 ref={heading} id={titleId} tabIndex={unasked ? -1 : undefined} className="dialog-title">
          {title}
        </h2>
        {children}
        {/* Last, so that a dialog opens with the focus on its first field, not on the way out. */}
        <button type="button" className="icon-button dialog-close" onClick={close}>
          <CloseIcon />
          <span className="sr-only">Close</span>
        </button>
      </div>
    </dialog>
  );
}
