import type { ActivityPage } from "./types";
import type { AuthorizedSend } from "./http";

export interface ActivityQuery {
  limit: number;
  cursor?: string | undefined;
  /** Only the entries of this task. */
  taskId?: string | undefined;
}

export interface ActivityApi {
  list(query: ActivityQuery, signal?: AbortSignal): Promise<ActivityPage>;
}

export function activityApi(authorized: AuthorizedSend): ActivityApi {
  return {
    list: (query, signal) => authorized({ path: "/api/activity", query: { ...query }, signal }),
  };
}
