import styles from "./MarkedText.module.css";
import { partsOf } from "./hits";

/** A text in which the words that were searched for are marked. No part is bare text: a translation of the page replaces that. */
export function MarkedText({ text, words }: { text: string; words: string }) {
  if (words === "") return <span>{text}</span>;
  return partsOf(text, words).map(({ text: part, hit }, index) =>
    hit ? (
      <mark key={index} className={styles.hit}>
        {part}
      </mark>
    ) : (
      <span key={index}>{part}</span>
    ),
  );
}
