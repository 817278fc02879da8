import styles from "./Kbd.module.css";

/** The name of a key. `hidden` where the words beside it say as much. */
export function Kbd({ children, hidden = false, className = "" }: { children: string; hidden?: boolean; className?: string | undefined }) {
  return (
    <kbd className={`${styles.key} ${className}`} aria-hidden={hidden || undefined}>
      {children}
    </kbd>
  );
}
