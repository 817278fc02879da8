"use client";

import { type FocusEvent, type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { Button } from "@/components/Button";
import { SettingsIcon } from "@/components/icons/SettingsIcon";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { useMessages } from "@/lib/messages";
import { settingsMessages } from "@/lib/messages/settings";
import styles from "./Settings.module.css";
import { SettingsPanel } from "./SettingsPanel";

/** What this browser prefers, behind a button at the head of every page; `children` stand above it. */
export function Settings({ children }: { children?: ReactNode }) {
  const messages = useMessages(settingsMessages);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const panelId = useId();

  const closeOnEscape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !open) return;
    setOpen(false);
    button.current?.focus();
  };
  // A click into the panel where nothing takes the focus blurs towards nothing: the panel itself takes it.
  const closeOnLeaving = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (relatedTarget instanceof Node && !currentTarget.contains(relatedTarget)) setOpen(false);
  };
  return (
    <div onKeyDown={closeOnEscape} onBlur={closeOnLeaving}>
      <Button
        ref={button}
        look="icon"
        title={messages.openTitle}
        aria-expanded={open}
        aria-controls={open ? panelId : undefined}
        onClick={() => setOpen(!open)}
      >
        <SettingsIcon />
        <VisuallyHidden>{messages.open}</VisuallyHidden>
      </Button>
      {open && (
        <div id={panelId} role="group" aria-label={messages.open} tabIndex={-1} className={styles.panel}>
          {children}
          <SettingsPanel />
        </div>
      )}
    </div>
  );
}
