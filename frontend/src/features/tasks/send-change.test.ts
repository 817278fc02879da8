import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { aTask } from "@/testing/tasks";
import { applyOutcome, TASKS_KEY } from "./send-change";

test("a list that was read before a write does not hide it, not even the first", async () => {
  const client = new QueryClient();
  const task = aTask({ title: "Find the bell" });
  let answerFirst: (tasks: unknown) => void = () => undefined;
  const reads = vi.fn(() => Promise.resolve<unknown>([task]));
  reads.mockReturnValueOnce(new Promise((resolve) => (answerFirst = resolve)));
  const stop = new QueryObserver(client, { queryKey: TASKS_KEY, queryFn: reads }).subscribe(() => undefined);

  const change = { kind: "create", key: "sent-1", input: task, at: task.createdAt } as const;
  applyOutcome(client, change, { kind: "stored", task });
  answerFirst([]);
  await vi.waitFor(() => expect(client.getQueryData(TASKS_KEY)).toEqual([task]), 5000);
  stop();
});
