"use client";

import { createContext, type ReactNode, useContext, useState } from "react";
import { type AccountApi, accountApi } from "@/lib/api/account";
import { type ActivityApi, activityApi } from "@/lib/api/activity";
import { type TasksApi, tasksApi } from "@/lib/api/tasks";
import { browserStorage, type PersonStorage, personStorage } from "@/lib/person-storage";
import { useSession } from "./SessionProvider";

/** What the gateway does, and this browser remembers, for one person. */
export interface PersonApi {
  userId: string;
  account: AccountApi;
  tasks: TasksApi;
  activity: ActivityApi;
  /** Of this tab. */
  storage: PersonStorage;
  /** Of all tabs of this browser. */
  browserStorage: PersonStorage;
}

const Context = createContext<PersonApi | undefined>(undefined);

/**
 * Binds all below it to `userId`, for as long as anything there lives: what one person began is neither sent with
 * another's token nor kept for another. Another person needs another one (`key`).
 */
export function PersonProvider({ userId, children }: { userId: string; children: ReactNode }) {
  const session = useSession();
  const [api] = useState<PersonApi>(() => {
    const authorized = session.as(userId);
    return {
      userId,
      account: accountApi(authorized),
      tasks: tasksApi(authorized),
      activity: activityApi(authorized, session.opening(userId)),
      storage: personStorage(userId),
      browserStorage: browserStorage(userId),
    };
  });
  return <Context value={api}>{children}</Context>;
}

export function useApi(): PersonApi {
  const api = useContext(Context);
  if (!api) throw new Error("useApi needs a PersonProvider above it");
  return api;
}
