import { formatNumber } from "@/lib/messages/define";

const tasks = (count: number) => `${formatNumber(count)} ${count === 1 ? "task" : "tasks"}`;

export const plainBulk = {
  select: (title: string) => `Select “${title}”`,
  bar: "The selected tasks",
  count: (count: number) => `${tasks(count)} selected`,
  all: (count: number) => `Select all ${formatNumber(count)} shown`,
  clear: "Select none",
  complete: "Complete",
  list: "List…",
  labels: "Labels…",
  priority: "Priority…",
  due: "Due…",
  delete: "Delete",
  restore: "Restore",
  heading: (count: number) => `For ${tasks(count)}`,
  label: "Label",
  addLabel: "Add the label",
  removeLabel: "Remove the label",
  labelMissing: "Which label?",
  apply: "Apply",
  cancel: "Cancel",
  told: {
    nothing: "Nothing to change: they are like this already.",
    none: (count: number) => `None of ${tasks(count)} was changed.`,
    completed: (count: number) => `${tasks(count)} completed.`,
    changed: (count: number) => `${tasks(count)} changed.`,
    deleted: (count: number) => `${tasks(count)} moved to the Trash.`,
    restored: (count: number) => `${tasks(count)} restored.`,
    failed: (count: number) => `${tasks(count)} could not be changed, and are as before.`,
    notRestored: (count: number) => `${tasks(count)} could not be restored: no longer in the Trash.`,
  },
};
