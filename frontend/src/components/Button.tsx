import type { ButtonHTMLAttributes } from "react";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: "lantern" | "iron" | "blood";
}

export function Button({ look = "iron", className = "", type = "button", ...rest }: ButtonProps) {
  return <button type={type} className={`button ${className}`} data-look={look} {...rest} />;
}
