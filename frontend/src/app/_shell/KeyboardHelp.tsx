import { Dialog } from "@/components/Dialog";
import { Kbd } from "@/components/Kbd";
import { useMessages } from "@/lib/messages";
import { shellMessages } from "@/lib/messages/shell";
import styles from "./KeyboardHelp.module.css";

const KEYS = [
  ["create", "n"],
  ["search", "/"],
  ["move", "↓", "↑"],
  ["edit", "e"],
  ["complete", "x"],
  ["nextStatus", "s"],
  ["remove", "d"],
  ["undo", "u"],
  ["escape", "Esc"],
  ["help", "?"],
] as const;

export function KeyboardHelp({ close }: { close: () => void }) {
  const messages = useMessages(shellMessages).keys;
  return (
    <Dialog title={messages.heading} close={close} closeOnBackdrop>
      <dl className={styles.keys}>
        {KEYS.map(([action, ...keys]) => (
          <div key={action} className={styles.row}>
            <dt className={styles.key}>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{messages.names[action]}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.note}>{messages.note}</p>
    </Dialog>
  );
}
