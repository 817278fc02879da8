import type { AuthorizedSend } from "./http";
import type { Account, AccountAnswer } from "./types";

export interface AccountApi {
  /** Who is signed in. */
  me(signal?: AbortSignal): Promise<Account>;
}

export function accountApi(authorized: AuthorizedSend): AccountApi {
  return {
    me: async (signal) => (await authorized<AccountAnswer>({ path: "/api/users/me", signal })).user,
  };
}
