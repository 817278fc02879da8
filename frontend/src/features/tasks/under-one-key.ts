import { newKey } from "./pending-changes";
import { isUnanswered } from "./use-change-errors";

/** Sends it once more where no answer came: under the same key it is done once. */
export async function underOneKey<T>(send: (key: string) => Promise<T>): Promise<T> {
  const key = newKey();
  return await send(key).catch((failure: unknown) => {
    if (isUnanswered(failure)) return send(key);
    throw failure;
  });
}
