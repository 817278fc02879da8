"use client";

import { useCallback, useMemo, useRef, useState } from "react";
import { isTransient } from "@/lib/api/errors";
import { GatewayUnreachable } from "@/components/GatewayUnreachable";
import { LoadMore } from "@/components/LoadMore";
import { useTaskMutations } from "./TaskMutationsProvider";
import { TaskList } from "./TaskList";
import type { TaskActions } from "./TaskRow";
import { leftDraft, leftNew } from "./drafts";
import { countStatuses, filterTasks, isFiltering } from "./task-filter";
import { TaskFilterBar } from "./TaskFilterBar";
import { TaskListLoading } from "./TaskListLoading";
import { TaskListEmpty, TaskListNoMatch, TaskListError } from "./TaskListStates";
import { QuickAdd } from "./QuickAdd";
import { COMPLETED, FIRST_STATUS, isCompleted, nextStatus, REOPENED } from "./status";
import { useTaskFilter } from "./use-task-filter";
import { useTaskShortcuts } from "./use-task-shortcuts";
import { useScrollRestoration } from "./use-scroll-restoration";
import { useRowFocus } from "./use-row-focus";
import { useTaskList } from "./use-task-list";
import { rewrite, writeNew, type Writing, TaskDialog } from "./TaskDialog";

export default function TasksView() {
  const { pages, shown, total } = useTaskList();
  const { create, amend, discard } = useTaskMutations();
  const [filter, choose] = useTaskFilter();
  const [writing, setWriting] = useState<Writing | undefined>(leftDraft);
  const list = useRef<HTMLUListElement>(null);
  const search = useRef<HTMLInputElement>(null);

  const matching = useMemo(() => filterTasks(shown, filter), [shown, filter]);
  const counts = useMemo(() => countStatuses(shown), [shown]);
  const rows = useRowFocus(list, matching);
  const actions = useMemo<TaskActions>(
    () => ({
      edit: (task) => setWriting(rewrite(task)),
      toggleCompleted: (task) => amend(task, { status: isCompleted(task.status) ? REOPENED : COMPLETED }),
      advance: (task) => amend(task, { status: nextStatus(task.status) }),
      discard,
    }),
    [amend, discard],
  );
  useTaskShortcuts({ actions, rows, search, write: () => setWriting(leftNew() ?? writeNew()) });

  const { fetchNextPage } = pages;
  const readOn = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const paging = { more: pages.hasNextPage, busy: pages.isFetching, readOn };
  useScrollRestoration(list, { pages: pages.data?.pages.length ?? 0, ...paging });

  const showAll = () => choose({ status: undefined, words: "" });
  return (
    <>
      <QuickAdd
        add={(title) => {
          create({ title, status: FIRST_STATUS, description: "" });
          showAll(); // what was just sworn is not hidden by a filter
        }}
        elaborate={(title) => setWriting(writeNew(title))}
      />
      {!pages.data && <Unread pages={pages} />}
      {pages.data && shown.length === 0 && !pages.hasNextPage && <TaskListEmpty />}
      {shown.length > 0 && (
        <>
          <TaskFilterBar filter={filter} counts={counts} total={total} complete={!pages.hasNextPage} choose={choose} search={search} />
          {matching.length === 0 && <TaskListNoMatch loaded={shown.length} total={total} clear={showAll} />}
          <TaskList tasks={matching} actions={actions} list={list} remember={rows.remember} />
        </>
      )}
      <LoadMore
        label={`Read on (${shown.length} of ${total})`}
        byItself={!isFiltering(filter)}
        {...paging}
      />
      {writing && (
        <TaskDialog
          key={writing.id}
          writing={writing}
          close={() => setWriting(leftDraft())}
          resume={setWriting}
          created={showAll}
        />
      )}
    </>
  );
}

/** Before the first answer: still on its way, not coming, or a refusal. */
function Unread({ pages }: { pages: ReturnType<typeof useTaskList>["pages"] }) {
  const again = () => void pages.refetch();
  if (isTransient(pages.failureReason)) return <GatewayUnreachable retryNow={again} />;
  if (pages.isError) return <TaskListError words={pages.error.message} again={again} />;
  return <TaskListLoading />;
}
