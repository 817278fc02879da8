import { formatNumber } from "@/lib/messages/define";

export const plainPanel = {
  loading: "Loading the task…",
  edit: "Edit",
  complete: "Complete",
  reopen: "Reopen",
  discard: "Delete",
  facts: "Details",
  created: "Created",
  updated: "Changed",
  inbox: "Inbox",
  ticked: (done: number, total: number) => `${formatNumber(done)} of ${formatNumber(total)} done`,
  journal: "Activity",
  gone: {
    heading: "There is no such task",
    explanation: "It was deleted, or the link that led here is wrong.",
  },
  failed: "The task could not be loaded",
  markdown: {
    ticked: "done",
    open: "not done",
    image: (words: string) => `Image: ${words}`,
  },
};
