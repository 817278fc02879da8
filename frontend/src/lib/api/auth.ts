import type { AccessTokenAnswer, Credentials, Registration } from "./types";
import { send } from "./http";

export interface AuthApi {
  register(registration: Registration): Promise<string>;
  login(credentials: Credentials): Promise<string>;
  refresh(signal?: AbortSignal): Promise<string>;
  logout(token: string, signal?: AbortSignal): Promise<void>;
}

/** Every call may set the refresh cookie; those that grant a session answer with the access token. */
export function authApi(baseUrl: string): AuthApi {
  const post = async (verb: string, body?: unknown, signal?: AbortSignal) => {
    const granted = await send<AccessTokenAnswer>(baseUrl, {
      method: "POST",
      path: `/api/users/auth/${verb}`,
      withCookie: true,
      signal,
      ...(body === undefined ? {} : { body }),
    });
    return granted.accessToken;
  };
  return {
    register: (registration) => post("register", registration),
    login: (credentials) => post("login", credentials),
    refresh: (signal) => post("refresh", undefined, signal),
    logout: (token, signal) =>
      send<void>(
        baseUrl,
        { method: "POST", path: "/api/users/auth/logout", withCookie: true, signal },
        token,
      ),
  };
}
