import { useRouter } from "next/navigation";
import { Dialog } from "@/components/Dialog";
import { useNotices } from "@/components/notices/NoticeProvider";
import type { TaskInput } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { type Draft, hasText } from "./drafts";
import { asStored, newInput } from "./fields";
import { newKey, patchOf } from "./pending-changes";
import { resumeDraft } from "./resume-draft";
import { TaskForm } from "./TaskForm";
import { useTaskMutations } from "./TaskMutationsProvider";

export const newTask = (input: TaskInput = newInput("")): Draft => ({ id: newKey(), base: undefined, input });

interface TaskDialogProps {
  draft: Draft;
  close: () => void;
  /** The lists in use. */
  lists: readonly string[];
  /** After a new task was created, not an old one updated. */
  created: (input: TaskInput) => void;
}

export function TaskDialog({ draft, close, lists, created }: TaskDialogProps) {
  const { id, base, input } = draft;
  const { createTask, updateTask, drafts } = useTaskMutations();
  const notices = useNotices();
  const router = useRouter();
  const messages = useMessages(taskMessages);

  const end = () => {
    drafts.drop(id);
    close();
  };
  const leave = () => {
    const left = { ...(drafts.of(id) ?? draft), left: true };
    if (!hasText(left)) return end();
    drafts.keep(left);
    close();
    notices.show({
      tone: "quiet",
      text: base ? messages.draft.leftOn(base.title) : messages.draft.left,
      action: { label: messages.draft.resume, run: () => resumeDraft(drafts, left, router) },
      seconds: 10,
    });
  };
  const save = (typed: TaskInput) => {
    if (base) {
      const patch = patchOf(base, typed);
      if (patch) updateTask(base, patch);
    } else {
      const input = asStored(typed);
      createTask(input, id);
      created(input);
    }
    end();
  };
  return (
    <Dialog title={base ? messages.form.editHeading : messages.form.newHeading} close={leave}>
      <TaskForm
        saveLabel={base ? messages.form.save : messages.form.create}
        input={input}
        lists={lists}
        changed={(typed) => drafts.keep({ id, base, input: typed })}
        save={save}
        cancel={leave}
        throwAway={end}
        hasText={(typed) => hasText({ base, input: typed })}
      />
    </Dialog>
  );
}
