"use client";

import { GatewayTrouble } from "@/components/GatewayTrouble";
import { useSession, useSessionState } from "@/features/session";
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
  const state = useSessionState();
  return (
    <>
      <Header />
      <Main>
        <GatewayTrouble
          failure={state.phase === "unreachable" ? state.failure : undefined}
          retryNow={() => void session.restore()}
        />
      </Main>
    </>
  );
}
