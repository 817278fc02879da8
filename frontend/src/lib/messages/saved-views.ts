import { defineMessages, formatNumber } from "./define";
import { plainSavedViews } from "./plain/saved-views";

/** Views that a person keeps under a name. */
export const savedViewMessages = defineMessages({
  "en-x-hunter": {
    title: "Saved views",
    name: "A name for this view",
    hint: "Its filters, its order and its search are kept with it, in this browser alone.",
    replaces: "This name is in use: that view becomes this one.",
    save: "Save view",
    rename: "Rename",
    renameView: (name: string) => `Rename the view ${name}`,
    newName: (name: string) => `A new name for “${name}”`,
    delete: "Delete",
    deleteView: (name: string) => `Delete the view ${name}`,
    deleted: (name: string) => `“${name}” was deleted. Its contracts still stand.`,
    cancel: "Cancel",
    missing: "A view needs a name.",
    taken: "Another view has this name.",
    tooMany: (most: number) => `This browser keeps at most ${formatNumber(most)} views: delete one first.`,
    tooMuch: "This view has too many filters to be saved.",
  },
  en: plainSavedViews,
});
