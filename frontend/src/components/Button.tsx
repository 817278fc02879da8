import Link from "next/link";
import type { ButtonHTMLAttributes, ComponentProps } from "react";
import styles from "./Button.module.css";

type Look = "primary" | "secondary" | "danger" | "text" | "icon";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
}

export function Button({ look = "secondary", className, type = "button", ...rest }: ButtonProps) {
  return <button type={type} className={classes(look, className)} data-look={look} {...rest} />;
}

interface ButtonLinkProps extends ComponentProps<typeof Link> {
  look?: Look;
}

/** A link that looks like a button. */
export function ButtonLink({ look = "secondary", className, ...rest }: ButtonLinkProps) {
  return <Link className={classes(look, className)} data-look={look} {...rest} />;
}

function classes(look: Look, className: string | undefined): string {
  const own = look === "text" || look === "icon" ? styles[look] : styles.button;
  return className ? `${own} ${className}` : `${own}`;
}
