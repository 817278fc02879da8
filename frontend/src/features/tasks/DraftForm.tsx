import type { TaskInput } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { type Draft, hasText } from "./drafts";
import { asStored } from "./fields";
import { TaskForm } from "./TaskForm";
import { useTaskMutations } from "./TaskMutationsProvider";
import { useDraftActions } from "./use-draft-actions";

interface DraftFormProps {
  draft: Draft;
  /** The lists in use. */
  lists: readonly string[];
  /** Puts the draft aside. */
  leave: () => void;
  /** The draft is saved or thrown away. */
  close: () => void;
  /** After a new task was created, not an old one updated. */
  created?: (input: TaskInput) => void;
}

/** The form of a draft: whatever is typed is kept, until it is saved or thrown away. */
export function DraftForm({ draft, lists, leave, close, created }: DraftFormProps) {
  const { id, base, input } = draft;
  const { drafts } = useTaskMutations();
  const { save } = useDraftActions();
  const { form } = useMessages(taskMessages);
  return (
    <TaskForm
      saveLabel={base ? form.save : form.create}
      input={input}
      lists={lists}
      changed={(typed) => drafts.keep({ id, base, input: typed })}
      save={(typed) => {
        save(draft, typed);
        if (!base) created?.(asStored(typed));
        close();
      }}
      cancel={leave}
      throwAway={() => {
        drafts.drop(id);
        close();
      }}
      hasText={(typed) => hasText({ base, input: typed })}
    />
  );
}
