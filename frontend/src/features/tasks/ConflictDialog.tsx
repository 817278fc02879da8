import { Dialog } from "@/components/Dialog";
import type { Task } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { DeleteConflict } from "./DeleteConflict";
import type { TaskChange } from "./pending-changes";
import { UpdateConflict } from "./UpdateConflict";

export interface Conflict {
  change: Exclude<TaskChange, { kind: "create" }>;
  /** The task as it stands at the gateway now. */
  theirs: Task;
}

interface ConflictDialogProps {
  conflict: Conflict;
  /** Given what to send upon their version, or nothing where theirs is kept. */
  decide: (change: TaskChange | undefined) => void;
  /** Without a choice: what was typed stays a draft, and its row says so. */
  leave: () => void;
}

/** Someone else was first: nothing is overwritten until the person has chosen. */
export function ConflictDialog({ conflict: { change, theirs }, decide, leave }: ConflictDialogProps) {
  const { heading } = useMessages(taskMessages).conflict;
  return (
    <Dialog title={heading} close={leave} wide unasked>
      {change.kind === "update" ? (
        <UpdateConflict change={change} theirs={theirs} decide={decide} />
      ) : (
        <DeleteConflict change={change} theirs={theirs} decide={decide} />
      )}
    </Dialog>
  );
}
