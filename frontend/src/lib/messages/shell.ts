import { defineMessages } from ".";

/** What stands around the signed-in pages. */
export const shellMessages = defineMessages({
  "en-x-hunter": {
    navigation: "Places",
    tasks: "The Hunt",
    activity: "The Journal",
    keys: {
      open: "The keys",
      openTitle: "Keys (?)",
      heading: "By hand alone",
      note: "The keys rest while you write in a field.",
      names: {
        create: "Swear a new contract",
        search: "Search the titles",
        move: "Go from contract to contract",
        edit: "Edit the contract in focus",
        complete: "Complete it, or reopen it",
        nextStatus: "Move it to its next state",
        remove: "Discard it",
        undo: "Undo the latest discard",
        escape: "Close a dialog, or clear the search",
        help: "This page",
      },
    },
  },
});
