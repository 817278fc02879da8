import { Button } from "@/components/Button";
import { Dialog, DialogActions } from "@/components/Dialog";
import { Kbd } from "@/components/Kbd";
import { enableSingleKeys, useSingleKeys } from "@/lib/keyboard/single-keys";
import { useMessages } from "@/lib/messages";
import { shellMessages } from "@/lib/messages/shell";
import styles from "./KeyboardHelp.module.css";

const KEYS = [
  ["quickAdd", "q"],
  ["create", "n"],
  ["search", "/"],
  ["move", "↓", "↑"],
  ["edit", "e"],
  ["complete", "x"],
  ["nextStatus", "s"],
  ["remove", "d"],
  ["select", "v"],
  ["selectMore", "Shift ↓", "Shift ↑"],
  ["order", "Alt ↓", "Alt ↑"],
  ["undo", "u"],
  ["escape", "Esc"],
  ["help", "?"],
] as const;

export function KeyboardHelp({ close }: { close: () => void }) {
  const { close: closeLabel, keys: messages } = useMessages(shellMessages);
  const enabled = useSingleKeys();
  return (
    <Dialog title={messages.heading} close={close} closeOnBackdrop>
      <label className={styles.switch}>
        <input
          type="checkbox"
          className={styles.checkbox}
          checked={enabled}
          onChange={(event) => enableSingleKeys(event.target.checked)}
        />
        <span>{messages.enable}</span>
      </label>
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
      <DialogActions>
        <Button onClick={close}>{closeLabel}</Button>
      </DialogActions>
    </Dialog>
  );
}
