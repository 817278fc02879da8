import { Dialog } from "@/components/Dialog";
import { useNotices } from "@/components/notices/NoticeProvider";
import type { TaskInput } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { type Draft, draftOf, dropDraft, hasText, keepDraft } from "./drafts";
import { inputOf, newInput } from "./fields";
import { type ListedTask, patchOf } from "./pending-changes";
import { TaskForm } from "./TaskForm";
import { useTaskMutations } from "./TaskMutationsProvider";

export const newTask = (title = ""): Draft => ({
  id: "new",
  base: undefined,
  input: newInput(title),
});

/** With what was typed for it and not taken by the gateway, if there is such. */
export const editTask = (base: ListedTask): Draft =>
  draftOf(base._id) ?? { id: base._id, base, input: inputOf(base) };

interface TaskDialogProps {
  draft: Draft;
  close: () => void;
  /** Opens it again as it was left. */
  resume: (left: Draft) => void;
  /** After a new task was created, not an old one updated. */
  created: () => void;
}

export function TaskDialog({ draft, close, resume, created }: TaskDialogProps) {
  const { id, base, input } = draft;
  const { createTask, updateTask } = useTaskMutations();
  const notices = useNotices();
  const messages = useMessages(taskMessages);

  const end = () => {
    dropDraft(id);
    close();
  };
  const cancel = () => {
    const left = draftOf(id) ?? draft;
    end();
    if (!hasText(left)) return;
    notices.show({
      tone: "quiet",
      text: base ? messages.draft.leftOn(base.title) : messages.draft.left,
      action: { label: messages.draft.resume, run: () => resume(left) },
      seconds: 10,
    });
  };
  const save = (typed: TaskInput) => {
    if (base) {
      const patch = patchOf(base, typed);
      if (patch) updateTask(base, patch);
    } else {
      createTask({ ...typed, title: typed.title.trim(), status: typed.status.trim() });
      created();
    }
    end();
  };
  return (
    <Dialog title={base ? messages.form.editHeading : messages.form.newHeading} close={cancel}>
      <TaskForm
        saveLabel={base ? messages.form.save : messages.form.create}
        input={input}
        changed={(typed) => keepDraft({ id, base, input: typed })}
        save={save}
        cancel={cancel}
      />
    </Dialog>
  );
}
