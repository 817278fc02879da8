import { Button } from "@/components/Button";
import { EmptyState } from "@/components/EmptyState";
import { Kbd } from "@/components/Kbd";
import { useSingleKeys } from "@/lib/keyboard/single-keys";
import { useMessages } from "@/lib/messages";
import { commonMessages } from "@/lib/messages/common";
import { taskMessages } from "@/lib/messages/tasks";

export function TaskListEmpty() {
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

export function TaskListNoMatch({ loaded, total, clear }: { loaded: number; total: number; clear: () => void }) {
  const { noMatch } = useMessages(taskMessages);
  return (
    <EmptyState heading={noMatch.heading}>
      <p>{loaded < total ? noMatch.partly(loaded, total - loaded) : noMatch.explanation}</p>
      <Button onClick={clear}>{noMatch.clear}</Button>
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
