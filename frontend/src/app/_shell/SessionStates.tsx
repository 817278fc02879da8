"use client";

import { GatewayUnreachable } from "@/components/GatewayUnreachable";
import { useSession } from "@/features/session";
import { TaskListLoading } from "@/features/tasks";
import { Header } from "./Header";
import { Main } from "./Main";
import styles from "./SessionStates.module.css";

/** A signed-in page before it is known who is in: as it will stand, without its words. */
export function SessionLoading() {
  return (
    <>
      <Header />
      <Main>
        <div className={styles.title} aria-hidden="true" />
        <TaskListLoading />
      </Main>
    </>
  );
}

export function SessionUnreachable() {
  const session = useSession();
  return (
    <>
      <Header />
      <Main>
        <GatewayUnreachable retryNow={() => void session.restore()} />
      </Main>
    </>
  );
}
