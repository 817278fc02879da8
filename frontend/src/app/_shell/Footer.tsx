import { pageMessages } from "@/lib/messages/pages";
import { requestMessages } from "@/lib/messages/server";
import styles from "./Footer.module.css";

export async function Footer() {
  const messages = await requestMessages(pageMessages);
  return (
    <footer className={styles.footer}>
      <p>{messages.disclaimer}</p>
    </footer>
  );
}
