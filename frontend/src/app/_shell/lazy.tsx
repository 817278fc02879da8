"use client";

import { lazy, type ReactNode, Suspense } from "react";
import { loadActivityView } from "@/features/activity";
import { loadTasksView, TaskListLoading } from "@/features/tasks";
import { SessionLoading } from "./SessionStates";

/**
 * The signed-in pages come after the first load: while the gateway is asked who this is, not before it can
 * be asked. Each is on its way from the moment its first script runs.
 */
const area = () => import("./SignedInArea");

if (typeof window !== "undefined") {
  const page = window.location.pathname === "/journal" ? loadActivityView : loadTasksView;
  for (const load of [area, page]) load().catch(() => undefined); // whoever shows it will say so
}

const LazyArea = lazy(area);
const LazyTasksView = lazy(loadTasksView);
const LazyActivityView = lazy(loadActivityView);

export function SignedInArea({ children }: { children: ReactNode }) {
  return (
    <Suspense fallback={<SessionLoading />}>
      <LazyArea>{children}</LazyArea>
    </Suspense>
  );
}

export function TasksView() {
  return (
    <Suspense fallback={<TaskListLoading />}>
      <LazyTasksView />
    </Suspense>
  );
}

export function ActivityView() {
  return (
    <Suspense fallback={<TaskListLoading />}>
      <LazyActivityView />
    </Suspense>
  );
}
