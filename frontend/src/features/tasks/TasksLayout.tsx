import type { ReactNode } from "react";
import styles from "./TasksLayout.module.css";

interface TasksLayoutProps {
  navigation: ReactNode;
  /** Reads and edits one task: beside the list on wide screens. */
  panel?: ReactNode;
  /** What can be done to the selected tasks: stays in sight at the foot of the list. */
  selection?: ReactNode;
  children: ReactNode;
}

export function TasksLayout({ navigation, panel, selection, children }: TasksLayoutProps) {
  return (
    <div className={styles.layout} data-panel={panel ? "" : undefined}>
      {navigation}
      <div className={styles.content}>
        {children}
        {selection}
      </div>
      {panel}
    </div>
  );
}
