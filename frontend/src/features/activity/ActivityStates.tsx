import { Button } from "@/components/Button";
import { EmptyState } from "@/components/EmptyState";
import { TextLink } from "@/components/TextLink";
import { VisuallyHidden } from "@/components/VisuallyHidden";
import { useMessages } from "@/lib/messages";
import { activityMessages } from "@/lib/messages/activity";
import { commonMessages } from "@/lib/messages/common";
import styles from "./ActivityStates.module.css";

const ROWS = [1, 2, 3, 4];

export function ActivityLoading() {
  const { loading } = useMessages(activityMessages);
  return (
    <div role="status" className={styles.loading}>
      <VisuallyHidden>{loading}</VisuallyHidden>
      {ROWS.map((row) => (
        <div key={row} className={styles.row} aria-hidden="true" />
      ))}
    </div>
  );
}

export function ActivityEmpty() {
  const { empty } = useMessages(activityMessages);
  const [before, link, after] = empty.explanation;
  return (
    <EmptyState heading={empty.heading} lit>
      <p>
        <span>{before}</span> <TextLink href="/hunt">{link}</TextLink> <span>{after}</span>
      </p>
    </EmptyState>
  );
}

/** The way back to all activities stands above it. */
export function TaskActivityEmpty() {
  const { taskEmpty } = useMessages(activityMessages);
  return (
    <EmptyState heading={taskEmpty.heading} lit>
      <p>{taskEmpty.explanation}</p>
    </EmptyState>
  );
}

export function TaskUnknown() {
  const { taskUnknown, openAll } = useMessages(activityMessages);
  return (
    <EmptyState heading={taskUnknown.heading} lit={false} role="alert">
      <p>{taskUnknown.explanation}</p>
      <TextLink href="/journal">{openAll}</TextLink>
    </EmptyState>
  );
}

export function ActivityError({ message, retry }: { message: string; retry: () => void }) {
  const { failed } = useMessages(activityMessages);
  const { tryAgain } = useMessages(commonMessages);
  return (
    <EmptyState heading={failed} lit={false} role="alert">
      <p>{message}</p>
      <Button onClick={retry}>{tryAgain}</Button>
    </EmptyState>
  );
}
