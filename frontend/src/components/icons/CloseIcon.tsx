import { Icon } from "./Icon";

export const CloseIcon = () => (
  <Icon>
    <path d="M6 6c3.5 4 8.5 8 12 12M18 6c-3.5 4-8.5 8-12 12" />
  </Icon>
);
