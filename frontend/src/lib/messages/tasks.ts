import { defineMessages, formatNumber } from ".";

/** The list of tasks and all that is done to them. */
export const taskMessages = defineMessages({
  "en-x-hunter": {
    list: "Contracts",
    none: "none",
    quickAdd: {
      form: "Swear a contract",
      label: "Title of a new contract",
      placeholder: "Name your prey…",
      more: "More…",
      submit: "Swear",
    },
    filter: {
      label: "Filter by state",
      all: "All",
      search: "Search in titles",
      placeholder: "Search titles",
      hits: (count: number) => `${formatNumber(count)} ${count === 1 ? "contract matches" : "contracts match"}.`,
    },
    /** For those who listen to the page. */
    announced: {
      created: (title: string) => `“${title}” was sworn.`,
      moved: (title: string, status: string) => `“${title}”: ${status}`,
    },
    row: {
      completed: (title: string) => `Completed: ${title}`,
      complete: "Complete",
      reopen: "Reopen",
      edit: (title: string) => `Edit ${title}`,
      editHint: "Edit",
      activity: (title: string) => `Journal of ${title}`,
      activityHint: "Its pages in the journal",
      delete: (title: string) => `Discard ${title}`,
      deleteHint: "Discard",
      moveTo: (title: string, status: string) => `: move “${title}” to ${status}`,
      moveToHint: (status: string) => `Move to ${status}`,
      withKey: (hint: string, key: string) => `${hint} (${key})`,
      created: "Sworn",
      creating: "Being sworn…",
    },
    facts: {
      heading: "Terms",
      due: (when: string) => `Due ${when}`,
      priorities: ["", "Low priority", "Medium priority", "High priority"],
      checklist: (done: number, total: number) => `${done} of ${total} ticked`,
      label: (label: string) => `#${label}`,
    },
    loadMore: (loaded: number, total: number) => `Read on (${loaded} of ${total})`,
    empty: {
      heading: "The night is quiet",
      start: "No contract binds you. Name your prey in the line above.",
      /** The name of a key stands between the two. */
      explanation: ["Or press", "to write one out in full."],
    },
    noMatch: {
      heading: "No trace of it",
      explanation: "No contract matches.",
      partly: (loaded: number, unread: number) =>
        `None of the ${formatNumber(loaded)} contracts read so far matches; ${formatNumber(unread)} are still unread.`,
      clear: "Show them all",
    },
    failed: "The contracts cannot be read",
    form: {
      newHeading: "A new contract",
      editHeading: "The contract",
      create: "Swear it",
      save: "Seal it",
      cancel: "Leave it",
      throwAway: "Burn these words",
      otherStatus: "In other words",
      otherStatusLabel: "Its state, in your words",
      titleMissing: "A contract needs a title.",
      statusMissing: "A contract is always in some state.",
      tooLong: (most: number) => `At most ${formatNumber(most)} characters.`,
    },
    draft: {
      left: "What you wrote is kept.",
      leftOn: (title: string) => `What you wrote on “${title}” is kept.`,
      resume: "Take it up again",
    },
    conflict: {
      heading: "Two hands on one contract",
      onUpdate: "This contract was rewritten while you worked on it. Nothing of yours has been written yet.",
      onDelete: "This contract was rewritten after you last read it. This is how it stands now.",
      theirs: "Theirs",
      yours: "Yours",
      differs: "(differs)",
      keepTheirs: "Keep theirs",
      keep: "Keep it",
      overwrite: "Write yours over it",
      deleteAnyway: "Discard it all the same",
    },
    undo: {
      deleted: (title: string) => `“${title}” was discarded.`,
      before: (count: number) => `And ${formatNumber(count)} before it: Undo takes back one after another.`,
      action: "Undo",
    },
    errors: {
      gone: (title: string) => `“${title}” is gone: it was discarded elsewhere.`,
      unanswered: {
        create: (title: string) => `No answer came: whether “${title}” was sworn the list will tell.`,
        update: (title: string) => `No answer came: whether “${title}” was rewritten the list will tell.`,
        delete: (title: string) => `No answer came: whether “${title}” was discarded the list will tell.`,
      },
      failed: {
        create: (title: string) => `“${title}” was not sworn.`,
        update: (title: string) => `“${title}” is as it was before.`,
        delete: (title: string) => `“${title}” still stands.`,
      },
      tooMany: "Too many requests; rest a moment.",
      waitSeconds: (seconds: string) => `Try again in ${seconds} s.`,
      unknown: "Something went wrong on this page.",
      gatewaySays: (reason: string) => `The gateway says: ${reason}.`,
      requestId: (id: string) => `Request ${id}`,
    },
  },
});
