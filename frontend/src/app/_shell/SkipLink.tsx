import { getMessages } from "@/lib/messages";
import { pageMessages } from "@/lib/messages/pages";
import styles from "./SkipLink.module.css";

export function SkipLink() {
  return (
    <a href="#content" className={styles.link}>
      {getMessages(pageMessages).skipLink}
    </a>
  );
}
