import { Icon } from "./Icon";

// Of the signed-in pages alone: what stands elsewhere too has a file of its own and comes with the first load.

export const EditIcon = () => (
  <Icon>
    <path d="M4.5 20c1.5-5 4-10.5 8.5-14C15 4.5 18 3.5 20 4c.3 3-1 6.5-3.5 9-2 2-4.5 3-7.5 3.5" />
    <path d="M7 15.5c3-1.5 6-4.5 8.5-7.5M4 21h6" />
  </Icon>
);

export const JournalIcon = () => (
  <Icon>
    <path d="M12 6.5C10 5 7.5 4.5 4 4.5v13.5c3.5 0 6 .5 8 2 2-1.5 4.5-2 8-2V4.5c-3.5 0-6 .5-8 2Z" />
    <path d="M12 6.5V20M7 9c1 .1 2 .3 2.7.7M7 12.5c1 .1 2 .3 2.7.7M17 9c-1 .1-2 .3-2.7.7" />
  </Icon>
);

export const DeleteIcon = () => (
  <Icon>
    <path d="M6 3.5h12v9l-2.2 2-2-2.2-1.8 2.5-2.3-2.3-1.7 2-2-2Z" />
    <path d="M7 19.5l2.3-2 2 2.2 1.7-2.4 2.2 2.2 1.8-1.5M9 7h6M9 9.7h4" />
  </Icon>
);

export const SearchIcon = () => (
  <Icon>
    <circle cx="10.5" cy="10.5" r="6" />
    <path d="M15 15l5.5 5.5M8 10.5a2.5 2.5 0 0 1 2.5-2.5" />
  </Icon>
);

export const ArrowIcon = () => (
  <Icon>
    <path d="M4 12h15M14.5 7.5C15.5 10 17 11.5 19.5 12c-2.5.5-4 2-5 4.5" />
  </Icon>
);
