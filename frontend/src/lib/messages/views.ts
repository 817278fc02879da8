import type { Sort } from "@/lib/api/types";
import { defineMessages, formatNumber } from "./define";
import { plainViews } from "./plain/views";

type View = "all" | "inbox" | "overdue" | "today" | "upcoming" | "trash";

export interface ViewMessages {
  navigation: string;
  names: Record<View, string>;
  lists: string;
  labels: string;
  label: (name: string) => string;
  /** `manage` opens the same dialog as `saveThis`, once there is something to rename. */
  saved: { heading: string; saveThis: string; manage: string };
  /** What stands in place of a view that holds nothing. */
  empty: { heading: string; explanation: string; noTrash: string };
  filters: {
    priorities: readonly string[];
    completed: string;
    arrangement: string;
    sort: string;
    sorts: Record<Sort, string>;
    reversed: string;
    roomy: string;
  };
  search: { label: string; placeholder: string; hits: (count: number) => string };
  trash: { restore: string; restoreTask: (title: string) => string; note: string; restored: (title: string) => string };
}

/** Which tasks are shown, and in which order. */
export const viewMessages = defineMessages<ViewMessages>({
  "en-x-hunter": {
    navigation: "Views",
    names: {
      all: "All contracts",
      inbox: "Inbox",
      overdue: "Overdue",
      today: "Tonight",
      upcoming: "Nights to come",
      trash: "Trash",
    },
    lists: "Lists",
    labels: "Labels",
    label: (name) => `#${name}`,
    saved: { heading: "Saved views", saveThis: "Save this view…", manage: "Save, rename, delete…" },
    empty: {
      heading: "Nothing hunts you here",
      explanation: "No open contract belongs to this view.",
      noTrash: "Nothing was discarded of late.",
    },
    filters: {
      priorities: ["No priority", "Low", "Medium", "High"],
      completed: "Show completed",
      arrangement: "Order and rows",
      sort: "Sort by",
      sorts: { rank: "Your own order", created: "Sworn", updated: "Rewritten", due: "Due", priority: "Priority", title: "Title" },
      reversed: "Reversed",
      roomy: "Roomier rows",
    },
    search: {
      label: "Search all words",
      placeholder: "Search",
      hits: (count) => `${formatNumber(count)} ${count === 1 ? "contract matches" : "contracts match"}.`,
    },
    trash: {
      restore: "Restore",
      restoreTask: (title) => `Restore ${title}`,
      note: "What was discarded stays here for 30 days.",
      restored: (title) => `“${title}” was restored.`,
    },
  },
  en: plainViews,
});
