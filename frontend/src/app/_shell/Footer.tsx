import { getMessages } from "@/lib/messages";
import { pageMessages } from "@/lib/messages/pages";
import styles from "./Footer.module.css";

export function Footer() {
  return (
    <footer className={styles.footer}>
      <p>{getMessages(pageMessages).disclaimer}</p>
    </footer>
  );
}
