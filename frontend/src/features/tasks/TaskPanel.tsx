"use client";

import { useEffect, useEffectEvent } from "react";
import { Button } from "@/components/Button";
import { SidePanel } from "@/components/SidePanel";
import { hasStatus, isTransient } from "@/lib/api/errors";
import { useMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { panelMessages } from "@/lib/messages/panel";
import { taskMessages } from "@/lib/messages/tasks";
import { DraftForm } from "./DraftForm";
import type { Draft } from "./drafts";
import type { ListedTask } from "./pending-changes";
import { TaskReader } from "./TaskReader";
import type { TaskActions } from "./TaskRow";
import { useTask } from "./use-task";

interface TaskPanelProps {
  id: string;
  /** As the list has it, if it has it. */
  listed: ListedTask | undefined;
  /** What is being written of it; undefined while it is only read. */
  draft: Draft | undefined;
  /** The lists in use. */
  lists: readonly string[];
  actions: TaskActions;
  /** Ends the reading or the form. */
  leave: () => void;
  /** The draft is saved or thrown away. */
  closeForm: () => void;
}

/** One task beside the list: read, and edited. */
export default function TaskPanel({ id, listed, draft, lists, actions, leave, closeForm }: TaskPanelProps) {
  const messages = useMessages(panelMessages);
  const { form } = useMessages(taskMessages);
  const { task, query } = useTask(id, listed);
  // The address of whoever used this browser before: it says nothing to this person.
  const isForeign = hasStatus(query.error, 403);
  const leaveForeign = useEffectEvent(leave);
  useEffect(() => {
    if (isForeign) leaveForeign();
  }, [isForeign]);

  if (draft) {
    return (
      <SidePanel title={form.editHeading} shown={`form of ${id}`} close={leave}>
        <DraftForm key={id} draft={draft} lists={lists} leave={leave} close={closeForm} />
      </SidePanel>
    );
  }
  const isGone = hasStatus(query.error, 400) || hasStatus(query.error, 404);
  if (task && !isGone) {
    return (
      <SidePanel title={task.title} shown={id} close={leave}>
        <TaskReader task={task} actions={actions} edit={() => actions.edit(task)} />
      </SidePanel>
    );
  }
  const failed = query.isError && !isTransient(query.error);
  const title = isGone ? messages.gone.heading : failed ? messages.failed : messages.loading;
  return (
    <SidePanel title={title} shown={id} close={leave}>
      {isGone && <p role="alert">{messages.gone.explanation}</p>}
      {failed && !isGone && <Failure message={query.error.message} retry={() => void query.refetch()} />}
    </SidePanel>
  );
}

function Failure({ message, retry }: { message: string; retry: () => void }) {
  const { tryAgain } = useMessages(commonMessages);
  return (
    <>
      <p role="alert">{message}</p>
      <Button onClick={retry}>{tryAgain}</Button>
    </>
  );
}
