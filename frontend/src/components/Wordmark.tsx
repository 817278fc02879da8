import Link from "next/link";
import { PRODUCT } from "@/lib/messages/define";
import { Emblem } from "./ornaments/Emblem";
import styles from "./Wordmark.module.css";

export function Wordmark() {
  return (
    <Link href="/" className={styles.wordmark}>
      <Emblem />
      <span>{PRODUCT}</span>
    </Link>
  );
}
