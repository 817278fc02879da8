"use client";

import { useCallback, useDeferredValue, useEffect, useMemo, useRef } from "react";
import { useAnnouncer } from "@/components/use-announcer";
import { GatewayTrouble } from "@/components/GatewayTrouble";
import { LoadMore } from "@/components/LoadMore";
import { isTransient } from "@/lib/api/errors";
import type { TaskInput } from "@/lib/api/types";
import { useMessages } from "@/lib/messages";
import { taskMessages } from "@/lib/messages/tasks";
import { viewMessages } from "@/lib/messages/views";
import { useRefetchNow } from "@/lib/query/use-refetch-now";
import { hasText } from "./drafts";
import { addressOfView } from "./filter-address";
import { OrderByHand } from "./OrderByHand";
import { QuickAdd } from "./QuickAdd";
import { TASKS_KEY } from "./send-change";
import { NOT_NARROWED, queryOf, type TaskFilter } from "./task-filter";
import { ScrollRestoration } from "./ScrollRestoration";
import { SelectionBar } from "./SelectionBar";
import { SearchField } from "./SearchField";
import { newTask, TaskDialog } from "./TaskDialog";
import { TaskFilterBar } from "./TaskFilterBar";
import { TaskList } from "./TaskList";
import { TaskListLoading } from "./TaskListLoading";
import { NothingShown, TaskListError } from "./TaskListStates";
import { useTaskMutations } from "./TaskMutationsProvider";
import type { TaskActions } from "./TaskRow";
import { belongingTo, wouldList } from "./new-in-view";
import { TasksLayout } from "./TasksLayout";
import { useFacets } from "./use-facets";
import { TrashList } from "./TrashList";
import TaskPanel from "./TaskPanel";
import { useRoomyRows } from "./use-roomy-rows";
import { useRowFocus } from "./use-row-focus";
import { useSelection } from "./use-selection";
import { useSearchWords } from "./use-search-words";
import { useRememberedView } from "./use-tasks-address";
import { useTaskFilter } from "./use-task-filter";
import { useStatusActions } from "./use-status-actions";
import { useTaskList } from "./use-task-list";
import { useTaskPanel } from "./use-task-panel";
import { useTaskShortcuts } from "./use-task-shortcuts";
import { ViewNavigation } from "./ViewNavigation";
import { HERE } from "./due";

export default function TasksView() {
  const { filter, change, open } = useTaskFilter();
  useRememberedView(filter);
  const search = useCallback((words: string) => change({ words }), [change]);
  const [words, setWords] = useSearchWords(filter.words, search);
  const marked = useDeferredValue(words.trim());
  const [roomy, setRoomy] = useRoomyRows();
  const { pages, shown, total } = useTaskList(filter);
  const facets = useFacets();
  const { createTask, createTasks, deleteTask, drafts } = useTaskMutations();
  const messages = useMessages(taskMessages);
  const views = useMessages(viewMessages);
  const panel = useTaskPanel();
  const { read, edit, close: closePanel } = panel;
  const list = useRef<HTMLUListElement>(null);
  const searchField = useRef<HTMLInputElement>(null);
  const line = useRef<HTMLInputElement>(null);

  const lists = useMemo(() => (facets?.lists ?? []).map(({ value }) => value).filter(Boolean).sort(), [facets]);
  const rows = useRowFocus(list, shown);
  const selection = useSelection(shown);
  const { toggle } = selection;
  const { say, region } = useAnnouncer();
  const status = useStatusActions(edit);
  const actions = useMemo<TaskActions>(
    () => ({
      read,
      edit,
      ...status,
      delete: (task) => {
        deleteTask(task);
        closePanel(task._id);
      },
      select: (task) => toggle(task._id),
    }),
    [closePanel, deleteTask, edit, read, status, toggle],
  );
  const opened = shown.find(({ _id }) => _id === panel.id);
  useTaskShortcuts({ actions, rows, opened, search: searchField, line, create: () => panel.show(drafts.anyNew() ?? newTask()), selection });

  const view = addressOfView(filter.view);
  const inTrash = filter.view.kind === "trash";
  const query = queryOf(filter, HERE);
  const byHand = !inTrash && shown.length > 1 && query.sort === "rank" && query.order !== "desc";
  const { fetchNextPage } = pages;
  const loadMore = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const paging = { more: pages.hasNextPage, busy: pages.isFetching, loadMore };

  const rowsShown = { tasks: shown, list, selection, rememberFocus: rows.remember };
  const searched = filter.words.trim() !== "" && !pages.isPlaceholderData && pages.isSuccess;
  useEffect(() => {
    if (searched) say(views.search.hits(total));
  }, [searched, total, views, say]);

  // What was just created is not hidden: by no filter, nor by a view that it does not belong to.
  const keepInSight = (inputs: readonly TaskInput[]) => {
    const areListed = (by: TaskFilter) => inputs.every((input) => wouldList(input, by));
    if (!areListed({ ...filter, ...NOT_NARROWED })) open({ kind: "all" });
    else if (!areListed(filter)) change(NOT_NARROWED);
  };
  const created = (input: TaskInput) => {
    keepInSight([input]);
    say(messages.announced.created(input.title));
  };
  return (
    <TasksLayout
      navigation={<ViewNavigation filter={filter} facets={facets} open={open} />}
      panel={
        panel.id && (
          <TaskPanel
            id={panel.id}
            listed={opened}
            draft={panel.form}
            lists={lists}
            actions={actions}
            leave={panel.leave}
            closeForm={panel.closeForm}
          />
        )
      }
      selection={
        selection.ids.size > 0 && (
          <SelectionBar selection={selection} shown={shown.length} lists={lists} inTrash={inTrash} focusRow={rows.focusLast} />
        )
      }
    >
      <ScrollRestoration key={view} view={view} list={list} pages={pages.data?.pages.length ?? 0} {...paging} more={pages.hasNextPage && !pages.isError} />
      {region}
      <QuickAdd
        line={line}
        add={(typed, key) => {
          const input = belongingTo(filter.view, typed);
          createTask(input, key);
          created(input);
        }}
        addMany={(typed) => {
          const inputs = typed.map((input) => belongingTo(filter.view, input));
          createTasks(inputs);
          keepInSight(inputs);
        }}
        openForm={(input) => {
          const begun = newTask(input);
          if (hasText(begun)) drafts.keep(begun);
          panel.show(begun);
        }}
      />
      <TaskFilterBar
        filter={filter}
        facets={facets}
        change={change}
        roomy={roomy}
        setRoomy={setRoomy}
        search={<SearchField words={words} change={setWords} field={searchField} />}
      />
      {!pages.data && <NotLoaded pages={pages} />}
      {pages.data && shown.length === 0 && !pages.hasNextPage && (
        <NothingShown filter={filter} clear={() => change(NOT_NARROWED)} />
      )}
      {shown.length > 0 && inTrash && <TrashList {...rowsShown} say={say} />}
      {shown.length > 0 && !inTrash && <TaskList {...rowsShown} actions={actions} words={marked} roomy={roomy} />}
      {byHand && <OrderByHand tasks={shown} list={list} say={say} />}
      <LoadMore label={messages.loadMore(shown.length, total)} automatic={!pages.isError} {...paging} />
      {panel.newTask && (
        <TaskDialog
          key={panel.newTask.id}
          draft={panel.newTask}
          close={() => panel.show(drafts.anyOpen())}
          lists={lists}
          created={created}
        />
      )}
    </TasksLayout>
  );
}

/** Before the first answer: still on its way, not coming, or an error. */
function NotLoaded({ pages }: { pages: ReturnType<typeof useTaskList>["pages"] }) {
  const retry = useRefetchNow(TASKS_KEY);
  if (isTransient(pages.failureReason)) return <GatewayTrouble failure={pages.failureReason} retryNow={retry} />;
  if (pages.isError) return <TaskListError message={pages.error.message} retry={retry} />;
  return <TaskListLoading />;
}
