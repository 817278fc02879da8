"use client";

import { useCallback, useMemo, useRef, useState } from "react";
import { isTransient } from "@/api/failure";
import { GatewaySilent } from "@/gateway/GatewaySilent";
import { ReadOn } from "@/paging/ReadOn";
import { useContractChanges } from "./ContractChanges";
import { ContractList } from "./ContractList";
import type { RowDeeds } from "./ContractRow";
import { leftDraft, leftNew } from "./drafts";
import { countStates, filterTasks, isFiltering } from "./filter";
import { HuntBar } from "./HuntBar";
import { HuntLoading } from "./HuntLoading";
import { HuntEmpty, HuntNoMatch, HuntRefused } from "./HuntStates";
import { QuickAdd } from "./QuickAdd";
import { COMPLETED, FIRST_STATE, isCompleted, nextState, REOPENED } from "./states";
import { useFilter } from "./use-filter";
import { useHuntKeys } from "./use-hunt-keys";
import { useKeptPlace } from "./use-kept-place";
import { useRowFocus } from "./use-row-focus";
import { useTaskList } from "./use-task-list";
import { rewrite, writeNew, type Writing, WritingDialog } from "./WritingDialog";

export default function Hunt() {
  const { pages, shown, total } = useTaskList();
  const { create, amend, discard } = useContractChanges();
  const [filter, choose] = useFilter();
  const [writing, setWriting] = useState<Writing | undefined>(leftDraft);
  const list = useRef<HTMLUListElement>(null);
  const search = useRef<HTMLInputElement>(null);

  const matching = useMemo(() => filterTasks(shown, filter), [shown, filter]);
  const counts = useMemo(() => countStates(shown), [shown]);
  const rows = useRowFocus(list, matching);
  const deeds = useMemo<RowDeeds>(
    () => ({
      edit: (task) => setWriting(rewrite(task)),
      toggleCompleted: (task) => amend(task, { status: isCompleted(task.status) ? REOPENED : COMPLETED }),
      advance: (task) => amend(task, { status: nextState(task.status) }),
      discard,
    }),
    [amend, discard],
  );
  useHuntKeys({ deeds, rows, search, write: () => setWriting(leftNew() ?? writeNew()) });

  const { fetchNextPage } = pages;
  const readOn = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const paging = { more: pages.hasNextPage, busy: pages.isFetching, readOn };
  useKeptPlace(list, { pages: pages.data?.pages.length ?? 0, ...paging });

  const showAll = () => choose({ status: undefined, words: "" });
  return (
    <>
      <QuickAdd
        add={(title) => {
          create({ title, status: FIRST_STATE, description: "" });
          showAll(); // what was just sworn is not hidden by a filter
        }}
        elaborate={(title) => setWriting(writeNew(title))}
      />
      {!pages.data && <Unread pages={pages} />}
      {pages.data && shown.length === 0 && !pages.hasNextPage && <HuntEmpty />}
      {shown.length > 0 && (
        <>
          <HuntBar filter={filter} counts={counts} total={total} complete={!pages.hasNextPage} choose={choose} search={search} />
          {matching.length === 0 && <HuntNoMatch loaded={shown.length} total={total} clear={showAll} />}
          <ContractList tasks={matching} deeds={deeds} list={list} remember={rows.remember} />
        </>
      )}
      <ReadOn
        label={`Read on (${shown.length} of ${total})`}
        byItself={!isFiltering(filter)}
        {...paging}
      />
      {writing && (
        <WritingDialog
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
  if (isTransient(pages.failureReason)) return <GatewaySilent tryNow={again} />;
  if (pages.isError) return <HuntRefused words={pages.error.message} again={again} />;
  return <HuntLoading />;
}
