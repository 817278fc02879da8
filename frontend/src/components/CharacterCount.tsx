"use client";

import { controlMessages } from "@/lib/messages/controls";
import { useMessages } from "@/lib/messages";
import styles from "./CharacterCount.module.css";

/** Silent until four fifths of the limit are used; red once it is passed. */
export function CharacterCount({ used, limit }: { used: number; limit: number }) {
  const { characters } = useMessages(controlMessages);
  if (used <= limit * 0.8) return null;
  const left = limit - used;
  return (
    <span className={styles.count} data-passed={left < 0 || undefined}>
      {left < 0 ? characters.tooMany(-left) : characters.left(left)}
    </span>
  );
}
