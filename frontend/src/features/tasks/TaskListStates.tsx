import { Button } from "@/components/Button";
import { EmptyState } from "@/components/EmptyState";
import { Kbd } from "@/components/Kbd";
import { useSingleKeys } from "@/lib/keyboard/single-keys";
import { useMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { taskMessages } from "@/lib/messages/tasks";
import { viewMessages } from "@/lib/messages/views";
import { isFiltering, type TaskFilter } from "./task-filter";

function TaskListEmpty() {
  const { empty } = useMessages(taskMessages);
  const keys = useSingleKeys();
  const [before, after] = empty.explanation;
  return (
    <EmptyState heading={empty.heading} lit>
      <p>
        <span>{empty.start}</span>{" "}
        {keys && (
          <span>
            <span>{before}</span> <Kbd>n</Kbd> <span>{after}</span>
          </span>
        )}
      </p>
    </EmptyState>
  );
}

interface NothingShownProps {
  filter: TaskFilter;
  clear: () => void;
}

/** In place of a list that holds nothing. */
export function NothingShown({ filter, clear }: NothingShownProps) {
  const { noMatch } = useMessages(taskMessages);
  const { empty } = useMessages(viewMessages);
  if (isFiltering(filter)) {
    return (
      <EmptyState heading={noMatch.heading}>
        <p>{noMatch.explanation}</p>
        <Button onClick={clear}>{noMatch.clear}</Button>
      </EmptyState>
    );
  }
  if (filter.view.kind === "all") return <TaskListEmpty />;
  return (
    <EmptyState heading={empty.heading} lit>
      <p>{filter.view.kind === "trash" ? empty.noTrash : empty.explanation}</p>
    </EmptyState>
  );
}

export function TaskListError({ message, retry }: { message: string; retry: () => void }) {
  const { tryAgain } = useMessages(commonMessages);
  return (
    <EmptyState heading={useMessages(taskMessages).failed} lit={false} role="alert">
      <p>{message}</p>
      <Button onClick={retry}>{tryAgain}</Button>
    </EmptyState>
  );
}
