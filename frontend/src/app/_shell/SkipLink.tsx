import { pageMessages } from "@/lib/messages/pages";
import { requestMessages } from "@/lib/messages/server";
import styles from "./SkipLink.module.css";

export async function SkipLink() {
  const messages = await requestMessages(pageMessages);
  return (
    <a href="#content" className={styles.link}>
      {messages.skipLink}
    </a>
  );
}
