import styles from "./Button.module.css";

export type Look = "primary" | "secondary" | "danger" | "text" | "icon";

export function buttonClass(look: Look, className: string | undefined): string {
  const own = look === "text" || look === "icon" ? styles[look] : styles.button;
  return className ? `${own} ${className}` : `${own}`;
}
