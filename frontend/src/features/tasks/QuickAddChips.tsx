import { CloseIcon } from "@/components/icons/CloseIcon";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { useMessages } from "@/lib/messages";
import { quickAddMessages } from "@/lib/messages/quick-add";
import { shortDate } from "@/lib/time/format";
import type { Chip } from "./quick-add-text";
import styles from "./QuickAddChips.module.css";

interface QuickAddChipsProps {
  chips: readonly Chip[];
  /** Makes the chip text again, which goes with the button that was pressed. */
  keepWords: (chip: Chip, pressed: HTMLElement) => void;
}

/** What was understood of a line, each part to be made text again. */
export function QuickAddChips({ chips, keepWords }: QuickAddChipsProps) {
  const messages = useMessages(quickAddMessages);
  if (chips.length === 0) return null;
  return (
    <ul className={styles.chips} aria-label={messages.understood}>
      {chips.map((chip) => (
        <li key={chip.start} className={styles.chip} data-kind={chip.kind}>
          <span className={styles.text}>{chipText(chip, messages)}</span>
          <button type="button" className={styles.drop} title={messages.keepWords(chip.text)} onClick={(event) => keepWords(chip, event.currentTarget)}>
            <CloseIcon />
            <VisuallyHidden>{messages.keepWords(chip.text)}</VisuallyHidden>
          </button>
        </li>
      ))}
    </ul>
  );
}

type QuickAddWords = (typeof quickAddMessages)["en"];

/** What the chip says, in words. */
export function chipText(chip: Chip, messages: QuickAddWords): string {
  switch (chip.kind) {
    case "due":
      return messages.due("date" in chip.due ? shortDate(chip.due.date) : chip.due.at.replace(/^(.*)T/, (_, day) => `${shortDate(day)} `));
    case "priority":
      return messages.priorities[chip.priority] ?? "";
    case "list":
      return messages.list(chip.name);
    case "label":
      return messages.label(chip.name);
  }
}
