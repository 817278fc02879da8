"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useAnnouncer } from "@/components/use-announcer";
import { GatewayTrouble } from "@/components/GatewayTrouble";
import { LoadMore } from "@/components/LoadMore";
import { isTransient } from "@/lib/api/errors";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { useRefetchNow } from "@/lib/query/use-refetch-now";
import { type Draft, hasText } from "./drafts";
import { inputOf } from "./fields";
import { QuickAdd } from "./QuickAdd";
import { TASKS_KEY } from "./send-change";
import { COMPLETED, isCompleted, nextStatus, REOPENED } from "./status";
import { countStatuses, filterTasks, isFiltering } from "./task-filter";
import { newTask, TaskDialog } from "./TaskDialog";
import { TaskFilterBar } from "./TaskFilterBar";
import { TaskList } from "./TaskList";
import { TaskListLoading } from "./TaskListLoading";
import { TaskListEmpty, TaskListError, TaskListNoMatch } from "./TaskListStates";
import { useTaskMutations } from "./TaskMutationsProvider";
import type { ListedTask } from "./pending-changes";
import type { TaskActions } from "./TaskRow";
import { useRowFocus } from "./use-row-focus";
import { useScrollRestoration } from "./use-scroll-restoration";
import { useTaskFilter } from "./use-task-filter";
import { useTaskList } from "./use-task-list";
import { useTaskShortcuts } from "./use-task-shortcuts";

export default function TasksView() {
  const { pages, shown, total } = useTaskList();
  const { createTask, createTasks, updateTask, deleteTask, drafts } = useTaskMutations();
  const messages = useMessages(taskMessages);
  const [filter, changeFilter] = useTaskFilter();
  const [draft, setDraft] = useState<Draft | undefined>(() => drafts.anyOpen());
  useEffect(() => drafts.watch(setDraft), [drafts]);
  const list = useRef<HTMLUListElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const line = useRef<HTMLInputElement>(null);

  const matching = useMemo(() => filterTasks(shown, filter), [shown, filter]);
  const counts = useMemo(() => countStatuses(shown), [shown]);
  const lists = useMemo(() => listsOf(shown), [shown]);
  const rows = useRowFocus(list, matching);
  const { say, region } = useAnnouncer();
  const actions = useMemo<TaskActions>(() => {
    const moveTo = (task: ListedTask, status: string) => {
      updateTask(task, { status });
      say(messages.announced.moved(task.title, status));
    };
    return {
      // With what was typed for it and not taken by the gateway, if there is such.
      edit: (task) => setDraft(drafts.of(task._id) ?? { id: task._id, base: task, input: inputOf(task) }),
      toggleCompleted: (task) => moveTo(task, isCompleted(task.status) ? REOPENED : COMPLETED),
      moveToNextStatus: (task) => moveTo(task, nextStatus(task.status)),
      delete: deleteTask,
    };
  }, [updateTask, deleteTask, drafts, say, messages]);
  useTaskShortcuts({ actions, rows, search, line, create: () => setDraft(drafts.anyNew() ?? newTask()) });

  const { fetchNextPage } = pages;
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const paging = { more: pages.hasNextPage, busy: pages.isFetching, loadMore };
  useScrollRestoration(list, { pages: pages.data?.pages.length ?? 0, ...paging });

  const filtering = isFiltering(filter);
  useEffect(() => {
    if (filtering) say(messages.filter.hits(matching.length));
  }, [filtering, matching.length, messages, say]);

  const showAll = () => changeFilter({ status: undefined, words: "" });
  // What was just created is not hidden by a filter.
  const created = (title: string) => {
    showAll();
    say(messages.announced.created(title));
  };
  return (
    <>
      {region}
      <QuickAdd
        line={line}
        add={(input, key) => {
          createTask(input, key);
          created(input.title);
        }}
        addMany={(inputs) => {
          createTasks(inputs);
          showAll();
        }}
        openForm={(input) => {
          const begun = newTask(input);
          if (hasText(begun)) drafts.keep(begun);
          setDraft(begun);
        }}
      />
      {!pages.data && <NotLoaded pages={pages} />}
      {pages.data && shown.length === 0 && !pages.hasNextPage && <TaskListEmpty />}
      {shown.length > 0 && (
        <>
          <TaskFilterBar
            filter={filter}
            counts={counts}
            total={total}
            complete={!pages.hasNextPage}
            change={changeFilter}
            search={search}
          />
          {matching.length === 0 && <TaskListNoMatch loaded={shown.length} total={total} clear={showAll} />}
          <TaskList tasks={matching} actions={actions} list={list} rememberFocus={rows.remember} />
        </>
      )}
      <LoadMore label={messages.loadMore(shown.length, total)} automatic={!filtering} {...paging} />
      {draft && (
        <TaskDialog
          key={draft.id}
          draft={draft}
          close={() => setDraft(drafts.anyOpen())}
          lists={lists}
          created={created}
        />
      )}
    </>
  );
}

/** The lists that the loaded tasks are in. */
const listsOf = (tasks: readonly ListedTask[]): string[] =>
  [...new Set(tasks.map(({ list }) => list))].filter(Boolean).sort();

/** Before the first answer: still on its way, not coming, or an error. */
function NotLoaded({ pages }: { pages: ReturnType<typeof useTaskList>["pages"] }) {
  const retry = useRefetchNow(TASKS_KEY);
  if (isTransient(pages.failureReason)) return <GatewayTrouble failure={pages.failureReason} retryNow={retry} />;
  if (pages.isError) return <TaskListError message={pages.error.message} retry={retry} />;
  return <TaskListLoading />;
}
