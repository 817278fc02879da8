import type { InfiniteData } from "@tanstack/react-query";
import type { Task, TaskPage, TaskQuery } from "@/lib/api/types";
import { matches, staysListed } from "./task-match";
import { compareTasks, isMoved } from "./task-order";

/** The pages of the list as the gateway gave them, and what each agreed change makes of them. */
export type TaskPages = InfiniteData<TaskPage>;

/** Every task once: one created while paging can stand on two pages for a moment. */
export function allTasks(pages: TaskPages | undefined): Task[] {
  const seen = new Map<string, Task>();
  for (const page of pages?.pages ?? []) {
    for (const task of page.tasks) if (!seen.has(task._id)) seen.set(task._id, task);
  }
  return [...seen.values()];
}

/** How many there are at the gateway, by the latest page that said so. */
export const totalTasks = (pages: TaskPages | undefined): number => pages?.pages.at(-1)?.totalTasks ?? 0;

export function withCreated(pages: TaskPages, task: Task): TaskPages {
  const [first, ...rest] = pages.pages;
  if (!first || first.tasks.some(({ _id }) => _id === task._id)) return pages;
  return counted({ ...pages, pages: [{ ...first, tasks: [task, ...first.tasks] }, ...rest] }, +1);
}

/** The task as it is stored now: in its place in the list of this query, or no longer in it. */
export function withStored(pages: TaskPages, stored: Task, query: TaskQuery): TaskPages {
  const before = allTasks(pages).find(({ _id }) => _id === stored._id);
  if (!before) return matches(stored, query) ? withPlaced(pages, stored, query) : pages;
  const after = { ...before, ...stored };
  if (!staysListed(before, after, query)) return withoutTask(pages, stored._id);
  if (isMoved(before, after, query)) return withPlaced(withoutTask(pages, stored._id), after, query);
  return eachPage(pages, (tasks) => tasks.map((task) => (task._id === after._id ? after : task)));
}

/** Behind what is loaded it is only counted, unless all is loaded. */
function withPlaced(pages: TaskPages, task: Task, query: TaskQuery): TaskPages {
  const follows = (other: Task) => compareTasks(other, task, query) > 0;
  const found = pages.pages.findIndex(({ tasks }) => tasks.some(follows));
  const at = found < 0 && pages.pages.at(-1)?.nextCursor === null ? pages.pages.length - 1 : found;
  const placed = pages.pages.map((page, index) => {
    if (index !== at) return page;
    const before = page.tasks.findIndex(follows);
    return { ...page, tasks: inserted(page.tasks, before < 0 ? page.tasks.length : before, task) };
  });
  return counted({ ...pages, pages: placed }, +1);
}

export function withoutTask(pages: TaskPages, id: string): TaskPages {
  const held = pages.pages.some(({ tasks }) => tasks.some((task) => task._id === id));
  if (!held) return pages;
  return counted(eachPage(pages, (tasks) => tasks.filter((task) => task._id !== id)), -1);
}

const inserted = (tasks: readonly Task[], at: number, task: Task): Task[] => [...tasks.slice(0, at), task, ...tasks.slice(at)];

function eachPage(pages: TaskPages, change: (tasks: Task[]) => Task[]): TaskPages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, tasks: change(page.tasks) })) };
}

function counted(pages: TaskPages, by: number): TaskPages {
  return {
    ...pages,
    pages: pages.pages.map((page) => ({ ...page, totalTasks: page.totalTasks + by })),
  };
}
