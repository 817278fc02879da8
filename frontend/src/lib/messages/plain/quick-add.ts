import { formatNumber } from "@/lib/messages/define";

export const plainQuickAdd = {
  understood: "Understood of it",
  said: (chips: string) => `Understood: ${chips}.`,
  due: (when: string) => `Due ${when}`,
  list: (name: string) => `List ${name}`,
  label: (name: string) => `Label ${name}`,
  priorities: ["", "Low priority", "Medium priority", "High priority"],
  keepWords: (text: string) => `Keep “${text}” as words`,
  paste: {
    heading: (count: number) => `${formatNumber(count)} lines at once`,
    lines: "The lines",
    most: (most: number, count: number) => `Only the first ${formatNumber(most)} of ${formatNumber(count)} lines are taken.`,
    cancel: "Cancel",
    join: "Paste as one task",
    create: (count: number) => `Create ${formatNumber(count)} ${count === 1 ? "task" : "tasks"}`,
    progress: (done: number, total: number) => `${formatNumber(done)} of ${formatNumber(total)} tasks created…`,
    done: (total: number) => `${formatNumber(total)} tasks were created.`,
    failed: (failed: number, total: number) => `${formatNumber(failed)} of ${formatNumber(total)} tasks were not created.`,
  },
};
