import type { TaskInput } from "@/lib/api/types";
import { useNotices } from "@/components/notices/NoticeProvider";
import { patchOf, type ListedTask, inputOf } from "./pending-changes";
import { useTaskMutations } from "./TaskMutationsProvider";
import { TaskForm } from "./TaskForm";
import { type Draft, draftOf, dropDraft, keepDraft } from "./drafts";
import { FIRST_STATUS } from "./status";

/** A contract being written: a new one, or an old one as it was last seen, and the text so far. */
export type Writing = Draft;

export const writeNew = (title = ""): Writing => ({
  id: "new",
  base: undefined,
  text: { title, status: FIRST_STATUS, description: "" },
});

/** With what was typed for it and not taken by the gateway, if there is such. */
export const rewrite = (base: ListedTask): Writing =>
  draftOf(base._id) ?? { id: base._id, base, text: inputOf(base) };

interface TaskDialogProps {
  writing: Writing;
  close: () => void;
  /** Opens it again as it was left. */
  resume: (left: Writing) => void;
  /** After a new one was written, not an old one. */
  created: () => void;
}

export function TaskDialog({ writing, close, resume, created }: TaskDialogProps) {
  const { id, base, text } = writing;
  const { create, amend } = useTaskMutations();
  const notices = useNotices();

  const end = () => {
    dropDraft(id);
    close();
  };
  const leave = () => {
    const left = draftOf(id) ?? writing;
    end();
    if (!hasWords(left)) return;
    notices.show({
      tone: "quiet",
      text: base ? `What you wrote on “${base.title}” was left.` : "What you wrote was left.",
      action: { label: "Take it up again", run: () => resume(left) },
      seconds: 10,
    });
  };
  const save = (draft: TaskInput) => {
    if (base) {
      const patch = patchOf(base, draft);
      if (patch) amend(base, patch);
    } else {
      create({ title: draft.title.trim(), status: draft.status.trim(), description: draft.description });
      created();
    }
    end();
  };
  return (
    <TaskForm
      heading={base ? "The contract" : "A new contract"}
      saveLabel={base ? "StatusIcon it" : "Swear it"}
      draft={text}
      keep={(typed) => keepDraft({ id, base, text: typed })}
      save={save}
      close={leave}
    />
  );
}

function hasWords({ base, text }: Writing): boolean {
  return base ? patchOf(base, text) !== undefined : (text.title + text.description).trim() !== "";
}
