import { Icon } from "./Icon";

export const SettingsIcon = () => (
  <Icon>
    <path d="M4 7h9M17 7h3M4 12h3M11 12h9M4 17h7M15 17h5" />
    <path d="m15 4.7 2 2.3-2 2.3-2-2.3ZM9 9.7l2 2.3-2 2.3-2-2.3ZM13 14.7l2 2.3-2 2.3-2-2.3Z" />
  </Icon>
);
