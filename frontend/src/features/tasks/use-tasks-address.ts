"use client";

import { usePathname } from "next/navigation";
import { useEffect } from "react";
import { useApi } from "@/features/session";
import { addressOf, filterOf } from "./filter-address";
import type { TaskFilter } from "./task-filter";

const KEY = "view";
const PATH = "/hunt";

/** Where the list of tasks was left in this tab: another page leads back to it. On the list itself, all open tasks. */
export function useTasksAddress(): string {
  const { storage } = useApi();
  const left = usePathname() === PATH ? undefined : storage.read<unknown>(KEY);
  return PATH + (typeof left === "string" ? addressOf(filterOf(new URLSearchParams(left))) : "");
}

export function useRememberedView(filter: TaskFilter): void {
  const { storage } = useApi();
  useEffect(() => storage.write(KEY, addressOf(filter)), [filter, storage]);
}
