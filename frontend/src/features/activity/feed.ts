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
 * `unjoined`: those known that do not follow upon the others, as something between may have been missed.
 */
export function withNewest(known: FeedPages, newest: ActivityPage, unjoined: ReadonlySet<string>): FeedPages | undefined {
  const ids = new Set(allActivities(known).map(({ id }) => id));
  const joins = newest.activities.some(({ id }) => ids.has(id) && !unjoined.has(id));
  const gap = !joins && newest.nextCursor !== null;
  const [first, ...rest] = known.pages;
  if (gap || !first) return undefined;
  const fresh = newest.activities.filter(({ id }) => !ids.has(id));
  if (fresh.length === 0) return known;
  // An event can be delivered late: it belongs where its time puts it, which is near the head.
  const activities = [...fresh, ...first.activities].sort(byTimeDescending);
  return { ...known, pages: [{ ...first, activities }, ...rest] };
}

/** The feed with an activity that has just been recorded. One older than all that is loaded comes with its page. */
export function withTold(known: FeedPages, activity: Activity): FeedPages {
  if (known.pages.some(({ activities }) => activities.some(({ id }) => id === activity.id))) return known;
  const isNewer = (other: Activity) => Date.parse(activity.timestamp) >= Date.parse(other.timestamp);
  const found = known.pages.findIndex(({ activities }) => activities.some(isNewer));
  const end = known.pages.at(-1)?.nextCursor === null ? known.pages.length - 1 : -1;
  const at = found < 0 ? end : found;
  return {
    ...known,
    pages: known.pages.map((page, index) => {
      if (index !== at) return page;
      const before = page.activities.findIndex(isNewer);
      const place = before < 0 ? page.activities.length : before;
      return { ...page, activities: [...page.activities.slice(0, place), activity, ...page.activities.slice(place)] };
    }),
  };
}

const byTimeDescending = (a: Activity, b: Activity) => Date.parse(b.timestamp) - Date.parse(a.timestamp);
