import type { AuthorizedOpen, AuthorizedSend } from "./http";
import type { ActivityPage } from "./types";

export interface ActivityQuery {
  limit: number;
  cursor?: string | undefined;
  /** Only the entries of this task. */
  taskId?: string | undefined;
}

export interface ActivityApi {
  list(query: ActivityQuery, signal?: AbortSignal): Promise<ActivityPage>;
  /** Server-Sent Events: each activity as it is recorded, from the position behind `lastEventId` on, or from now on. */
  stream(lastEventId: string | undefined, signal: AbortSignal): Promise<Response>;
}

const PATH = "/api/activity";

export function activityApi(authorized: AuthorizedSend, opening: AuthorizedOpen): ActivityApi {
  return {
    list: (query, signal) => authorized({ path: PATH, query: { ...query }, signal }),
    stream: (lastEventId, signal) => opening({ path: `${PATH}/stream`, lastEventId, signal }),
  };
}
