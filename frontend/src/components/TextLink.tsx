import Link from "next/link";
import type { ComponentProps } from "react";
import styles from "./TextLink.module.css";

/** A link among words. */
export function TextLink(props: ComponentProps<typeof Link>) {
  return <Link {...props} className={styles.link} />;
}
