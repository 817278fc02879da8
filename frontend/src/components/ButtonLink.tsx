import Link from "next/link";
import type { ComponentProps } from "react";
import { buttonClass, type Look } from "./button-look";

interface ButtonLinkProps extends ComponentProps<typeof Link> {
  look?: Look;
}

/** A link that looks like a button. Apart from Button, which the error pages need without what a link brings along. */
export function ButtonLink({ look = "secondary", className, ...rest }: ButtonLinkProps) {
  return <Link className={buttonClass(look, className)} data-look={look} {...rest} />;
}
