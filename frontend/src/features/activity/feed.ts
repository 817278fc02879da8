import type { InfiniteData } from "@tanstack/react-query";
import type { Activity, ActivityPage } from "@/lib/api/types";

/** The pages of the feed as loaded so far, newest first. */
export type FeedPages = InfiniteData<ActivityPage>;

export function allActivities(pages: FeedPages | undefined): Activity[] {
  return pages?.pages.flatMap((page) => page.activities) ?? [];
}

/**
 * The feed with what is new at its head. Undefined when the newest page shares no activity with what is
 * known: more has happened between two looks than one page holds, and it must be loaded anew.
 */
export function withNewest(known: FeedPages, newest: ActivityPage): FeedPages | undefined {
  const ids = new Set(allActivities(known).map(({ id }) => id));
  const fresh = newest.activities.filter(({ id }) => !ids.has(id));
  if (fresh.length === 0) return known;
  const gap = fresh.length === newest.activities.length && newest.nextCursor !== null;
  const [first, ...rest] = known.pages;
  if (gap || !first) return undefined;
  // An event can be delivered late: it belongs where its time puts it, which is near the head.
  const activities = [...fresh, ...first.activities].sort(byTimeDescending);
  return { ...known, pages: [{ ...first, activities }, ...rest] };
}

const byTimeDescending = (a: Activity, b: Activity) => Date.parse(b.timestamp) - Date.parse(a.timestamp);
