import type { TaskField } from "@/lib/api/types";

export const plainFields: Record<TaskField, string> = {
  title: "Title",
  status: "Status",
  due: "Due",
  priority: "Priority",
  list: "List",
  labels: "Labels",
  checklist: "Checklist",
  description: "Description",
};
