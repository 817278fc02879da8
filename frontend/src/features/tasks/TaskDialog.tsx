import { Dialog } from "@/components/Dialog";
import type { TaskInput } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { DraftForm } from "./DraftForm";
import type { Draft } from "./drafts";
import { newInput } from "./fields";
import { newKey } from "./pending-changes";
import { useDraftActions } from "./use-draft-actions";

export const newTask = (input: TaskInput = newInput("")): Draft => ({ id: newKey(), base: undefined, input });

interface TaskDialogProps {
  draft: Draft;
  close: () => void;
  /** The lists in use. */
  lists: readonly string[];
  created: (input: TaskInput) => void;
}

/** A new task, written out in full. */
export function TaskDialog({ draft, close, lists, created }: TaskDialogProps) {
  const { form } = useMessages(taskMessages);
  const { leave } = useDraftActions();
  const putAside = () => {
    leave(draft);
    close();
  };
  return (
    <Dialog title={form.newHeading} close={putAside}>
      <DraftForm draft={draft} lists={lists} leave={putAside} close={close} created={created} />
    </Dialog>
  );
}
