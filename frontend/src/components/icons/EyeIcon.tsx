import { Icon } from "./Icon";

export const EyeIcon = () => (
  <Icon>
    <path d="M2.5 12C5 8 8.3 6 12 6s7 2 9.5 6c-2.5 4-5.8 6-9.5 6s-7-2-9.5-6Z" />
    <circle cx="12" cy="12" r="2.8" />
  </Icon>
);
