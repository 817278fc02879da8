"use client";

import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import { isRefused, isTransient } from "@/api/failure";
import { GatewaySilent } from "@/gateway/GatewaySilent";
import { ReadOn } from "@/paging/ReadOn";
import { JournalDay } from "./JournalDay";
import { ContractUnknown, ContractUnwritten, JournalEmpty, JournalLoading, JournalRefused } from "./JournalStates";
import { byDay } from "./days";
import { allEntries } from "./feed";
import { useFeed } from "./use-feed";
import { useArrivals } from "./use-arrivals";

export default function Journal() {
  const taskId = useSearchParams().get("task") || undefined;
  const feed = useFeed(taskId);
  const entries = useMemo(() => allEntries(feed.data), [feed.data]);
  const days = useMemo(() => byDay(entries), [entries]);
  const arrived = useArrivals(entries, taskId);
  const { fetchNextPage } = feed;
  const readOn = useCallback(() => void fetchNextPage(), [fetchNextPage]);
  const again = () => void feed.refetch();
  // The gateway refuses what cannot be the id of a contract.
  if (taskId && !feed.data && isRefused(feed.error, 400)) return <ContractUnknown />;

  return (
    <>
      {taskId && (
        <p className="mb-8 text-center text-ash">
          The pages of one contract only{entries[0] ? <>: <cite className="text-parchment not-italic wrap-anywhere"><bdi>{entries[0].taskTitle}</bdi></cite></> : "."}{" "}
          <Link href="/journal" className="link">
            Open the whole journal
          </Link>
        </p>
      )}
      {!feed.data &&
        (isTransient(feed.failureReason) ? (
          <GatewaySilent tryNow={again} />
        ) : feed.isError ? (
          <JournalRefused words={feed.error.message} again={again} />
        ) : (
          <JournalLoading />
        ))}
      {feed.data && entries.length === 0 && (taskId ? <ContractUnwritten /> : <JournalEmpty />)}
      {days.map((day) => (
        <JournalDay key={day.key} day={day} arrived={arrived} />
      ))}
      <ReadOn label="Turn the page back" more={feed.hasNextPage} busy={feed.isFetching} byItself readOn={readOn} />
    </>
  );
}
