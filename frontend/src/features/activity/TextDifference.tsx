import { type Change, diffWords } from "diff";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { useMessages } from "@/lib/messages";
import { activityMessages } from "@/lib/messages/activity";
import styles from "./FieldChanges.module.css";

/** Of longer parts that stayed the same only this many characters are shown beside what changed. */
const CONTEXT = 40;

/** A text as it is now, with the words that were taken out of it or put into it. */
export default function TextDifference({ from, to }: { from: string; to: string }) {
  const messages = useMessages(activityMessages);
  const parts = diffWords(from, to, { intlSegmenter: segmenter() });
  return (
    <p className={styles.text}>
      {parts.map((part, index) => {
        if (!part.added && !part.removed) return <span key={index}>{shortened(part, index === 0, index === parts.length - 1)}</span>;
        const Tag = part.added ? "ins" : "del";
        return (
          <Tag key={index} className={styles[part.added ? "added" : "removed"]}>
            <VisuallyHidden>{` ${part.added ? messages.added : messages.removed} `}</VisuallyHidden>
            <span>{part.value}</span>
          </Tag>
        );
      })}
    </p>
  );
}

/** Finds words in every script; Firefox has it from 125 on. */
const segmenter = () => ("Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "word" }) : undefined);

function shortened({ value }: Change, isFirst: boolean, isLast: boolean): string {
  const head = isFirst ? "" : value.slice(0, CONTEXT);
  const tail = isLast ? "" : value.slice(-CONTEXT);
  return head.length + tail.length < value.length ? `${head} … ${tail}` : value;
}
