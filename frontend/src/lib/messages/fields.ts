import type { TaskField } from "@/lib/api/types";
import { defineMessages } from "./define";
import { plainFields } from "./plain/fields";

/** What the fields of a task are called. */
export const fieldMessages = defineMessages<Record<TaskField, string>>({
  "en-x-hunter": {
    title: "Title",
    status: "State",
    due: "Due",
    priority: "Priority",
    list: "List",
    labels: "Labels",
    checklist: "Checklist",
    description: "Particulars",
  },
  en: plainFields,
});
