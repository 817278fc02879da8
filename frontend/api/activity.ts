import type { ActivityPage } from "./contract";
import type { Authorized } from "./http";

export interface FeedQuery {
  limit: number;
  cursor?: string | undefined;
  /** Only the entries of this task. */
  taskId?: string | undefined;
}

export interface ActivityFeed {
  read(query: FeedQuery, signal?: AbortSignal): Promise<ActivityPage>;
}

export function activity(authorized: Authorized): ActivityFeed {
  return {
    read: (query, signal) => authorized({ path: "/api/activity", query: { ...query }, signal }),
  };
}
