import type { ComponentProps } from "react";
import { buttonClass, type Look } from "./button-look";

interface ButtonProps extends ComponentProps<"button"> {
  look?: Look;
}

export function Button({ look = "secondary", className, type = "button", ...rest }: ButtonProps) {
  return <button type={type} className={buttonClass(look, className)} data-look={look} {...rest} />;
}
