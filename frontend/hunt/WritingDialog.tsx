import type { TaskDraft } from "@/api/contract";
import { patchOf, type ShownTask } from "./change";
import { useContractChanges } from "./ContractChanges";
import { ContractDialog } from "./ContractDialog";
import { FIRST_STATE } from "./states";

/** A contract being written: a new one, from what its title was so far, or an old one as it was last seen. */
export type Writing = { title: string } | { task: ShownTask };

interface WritingDialogProps {
  writing: Writing;
  close: () => void;
  /** After a new one was written, not an old one. */
  created: () => void;
}

export function WritingDialog({ writing, close, created }: WritingDialogProps) {
  const { create, amend } = useContractChanges();

  if ("task" in writing) {
    const { task } = writing;
    const save = (draft: TaskDraft) => {
      const patch = patchOf(task, draft);
      if (patch) amend(task, patch);
      close();
    };
    return <ContractDialog heading="The contract" saveLabel="Seal it" draft={task} save={save} close={close} />;
  }

  const save = ({ title, status, description }: TaskDraft) => {
    create({ title: title.trim(), status: status.trim(), description });
    created();
    close();
  };
  const draft = { title: writing.title, status: FIRST_STATE, description: "" };
  return <ContractDialog heading="A new contract" saveLabel="Swear it" draft={draft} save={save} close={close} />;
}
