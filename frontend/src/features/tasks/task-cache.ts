import type { InfiniteData } from "@tanstack/react-query";
import type { Task, TaskPage } from "@/lib/api/types";
import type { CachedTask } from "./pending-changes";

/** The pages of the list as the gateway gave them, and what each agreed change makes of them. */
export type TaskPages = InfiniteData<TaskPage>;

/** Every task once: one created while paging can stand on two pages for a moment. */
export function allTasks(pages: TaskPages | undefined): CachedTask[] {
  const seen = new Map<string, CachedTask>();
  for (const page of pages?.pages ?? []) {
    for (const task of page.tasks) if (!seen.has(task._id)) seen.set(task._id, task);
  }
  return [...seen.values()];
}

/** How many there are at the gateway, by the latest page that said so. */
export const totalTasks = (pages: TaskPages | undefined): number => pages?.pages.at(-1)?.totalTasks ?? 0;

export function withCreated(pages: TaskPages, task: Task, key: string): TaskPages {
  const [first, ...rest] = pages.pages;
  if (!first || first.tasks.some(({ _id }) => _id === task._id)) return pages;
  const kept: CachedTask = { ...task, key };
  return counted({ ...pages, pages: [{ ...first, tasks: [kept, ...first.tasks] }, ...rest] }, +1);
}

export function withUpdated(pages: TaskPages, updated: Task): TaskPages {
  return eachPage(pages, (tasks) =>
    tasks.map((task) => (task._id === updated._id ? { ...task, ...updated } : task)),
  );
}

export function withoutTask(pages: TaskPages, id: string): TaskPages {
  const held = pages.pages.some(({ tasks }) => tasks.some((task) => task._id === id));
  if (!held) return pages;
  return counted(eachPage(pages, (tasks) => tasks.filter((task) => task._id !== id)), -1);
}

function eachPage(pages: TaskPages, change: (tasks: Task[]) => Task[]): TaskPages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, tasks: change(page.tasks) })) };
}

function counted(pages: TaskPages, by: number): TaskPages {
  return {
    ...pages,
    pages: pages.pages.map((page) => ({ ...page, totalTasks: page.totalTasks + by })),
  };
}
