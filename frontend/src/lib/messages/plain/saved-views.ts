import { formatNumber } from "@/lib/messages/define";

export const plainSavedViews = {
  title: "Saved views",
  name: "Name of this view",
  hint: "Its filters, sort order and search are saved with it, in this browser only.",
  replaces: "This name is in use: saving replaces that view.",
  save: "Save view",
  rename: "Rename",
  renameView: (name: string) => `Rename the view ${name}`,
  newName: (name: string) => `New name for “${name}”`,
  delete: "Delete",
  deleteView: (name: string) => `Delete the view ${name}`,
  deleted: (name: string) => `“${name}” was deleted. Its tasks are still there.`,
  cancel: "Cancel",
  missing: "A view needs a name.",
  taken: "Another view has this name.",
  tooMany: (most: number) => `This browser keeps at most ${formatNumber(most)} views: delete one first.`,
  tooMuch: "This view has too many filters to be saved.",
};
