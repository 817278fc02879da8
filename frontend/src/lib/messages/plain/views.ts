import { formatNumber } from "@/lib/messages/define";
import type { ViewMessages } from "@/lib/messages/views";

export const plainViews: ViewMessages = {
  navigation: "Views",
  names: {
    all: "All tasks",
    inbox: "Inbox",
    overdue: "Overdue",
    today: "Today",
    upcoming: "Upcoming",
    trash: "Trash",
  },
  lists: "Lists",
  labels: "Labels",
  label: (name) => `#${name}`,
  saved: { heading: "Saved views", saveThis: "Save this view…", manage: "Save, rename, delete…" },
  empty: {
    heading: "Nothing here",
    explanation: "No open task belongs to this view.",
    noTrash: "Nothing was deleted lately.",
  },
  filters: {
    priorities: ["No priority", "Low", "Medium", "High"],
    completed: "Show completed",
    arrangement: "Order and rows",
    sort: "Sort by",
    sorts: { rank: "Your own order", created: "Created", updated: "Changed", due: "Due", priority: "Priority", title: "Title" },
    reversed: "Reversed",
    roomy: "Roomier rows",
  },
  search: {
    label: "Search all tasks",
    placeholder: "Search",
    hits: (count) => `${formatNumber(count)} ${count === 1 ? "task matches" : "tasks match"}.`,
  },
  trash: {
    restore: "Restore",
    restoreTask: (title) => `Restore ${title}`,
    note: "What was deleted stays here for 30 days.",
    restored: (title) => `“${title}” was restored.`,
  },
};
