import type { ComponentProps, TextareaHTMLAttributes } from "react";
import styles from "./Input.module.css";

export function Input({ className = "", ...rest }: ComponentProps<"input">) {
  return <input className={`${styles.input} ${className}`} {...rest} />;
}

export function TextArea(props: TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return <textarea className={`${styles.input} ${styles.area}`} {...props} />;
}

export function Select({ className = "", ...rest }: ComponentProps<"select">) {
  return <select className={`${styles.input} ${className}`} {...rest} />;
}
