import type { TaskDraft } from "@/api/contract";
import { patchOf, type ShownTask, textOf } from "./change";
import { useContractChanges } from "./ContractChanges";
import { ContractDialog } from "./ContractDialog";
import { type Draft, dropDraft, keepDraft } from "./drafts";
import { FIRST_STATE } from "./states";

/** A contract being written: a new one, or an old one as it was last seen, and the text so far. */
export type Writing = Draft;

export const writeNew = (title = ""): Writing => ({
  base: undefined,
  text: { title, status: FIRST_STATE, description: "" },
});

export const rewrite = (base: ShownTask): Writing => ({ base, text: textOf(base) });

interface WritingDialogProps {
  writing: Writing;
  close: () => void;
  /** After a new one was written, not an old one. */
  created: () => void;
}

export function WritingDialog({ writing: { base, text }, close, created }: WritingDialogProps) {
  const { create, amend } = useContractChanges();

  const leave = () => {
    dropDraft(base);
    close();
  };
  const save = (draft: TaskDraft) => {
    if (base) {
      const patch = patchOf(base, draft);
      if (patch) amend(base, patch);
    } else {
      create({ title: draft.title.trim(), status: draft.status.trim(), description: draft.description });
      created();
    }
    leave();
  };
  return (
    <ContractDialog
      heading={base ? "The contract" : "A new contract"}
      saveLabel={base ? "Seal it" : "Swear it"}
      draft={text}
      keep={(typed) => keepDraft({ base, text: typed })}
      save={save}
      close={leave}
    />
  );
}
