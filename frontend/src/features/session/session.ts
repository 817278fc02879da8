import type { AuthApi } from "@/lib/api/auth";
import type { Credentials, Registration } from "@/lib/api/types";
import { retryDelay, hasStatus, ApiError } from "@/lib/api/errors";
import { type ApiRequest, send } from "@/lib/api/http";
import { type AccessToken, isFresh, readAccessToken } from "./access-token";
import type { SessionHint } from "./session-hint";
import type { TabChannel } from "./tab-channel";
import type { TabLock } from "./tab-lock";

export type SessionState =
  | { phase: "unknown" } // nobody has asked yet whether there is a session
  | { phase: "restoring" }
  | { phase: "unreachable" } // asking again, ever more rarely
  | { phase: "signed-in"; userId: string }
  | { phase: "signed-out"; reason: "none" | "logged-out" | "ended" };

export interface SessionParts {
  baseUrl: string;
  auth: AuthApi;
  lock: TabLock;
  channel: TabChannel;
  hint: SessionHint;
}

/**
 * Who is signed in, in this tab. The access token lives in this object and nowhere else; what survives
 * a reload is the refresh cookie, which belongs to the gateway's origin.
 */
export class Session {
  private state: SessionState = { phase: "unknown" };
  private token: AccessToken | undefined;
  private renewing: Promise<AccessToken> | undefined;
  private retry: { timer: ReturnType<typeof setTimeout>; tries: number } | undefined;
  private readonly watchers = new Set<() => void>();

  constructor(private readonly parts: SessionParts) {}

  /** For as long as the page lives: follows what other tabs do. Returns how to stop. */
  readonly follow = (): (() => void) => {
    const stop = this.parts.channel.listen((message) => {
      if (message === "signed-out") this.signOut("logged-out");
      else void this.renew().catch(() => undefined); // its failure is already in the state
    });
    return () => {
      stop();
      clearTimeout(this.retry?.timer);
    };
  };

  readonly watch = (changed: () => void): (() => void) => {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  };

  readonly current = (): SessionState => this.state;

  /** Whether the open pages should ask for the session at all. */
  mayExist(): boolean {
    return this.parts.hint.isSet();
  }

  /** Silent refresh on load. Keeps trying, with back-off, while the gateway is out of reach. */
  async restore(): Promise<void> {
    if (this.state.phase === "signed-in") return;
    if (this.state.phase === "unknown") this.become({ phase: "restoring" });
    try {
      await this.renew();
    } catch (failure) {
      if (!hasStatus(failure, 401)) this.restoreLater(failure);
    }
  }

  async register(registration: Registration): Promise<void> {
    this.signIn(await this.parts.lock(() => this.parts.auth.register(registration)));
  }

  async login(credentials: Credentials): Promise<void> {
    this.signIn(await this.parts.lock(() => this.parts.auth.login(credentials)));
  }

  /** Ends the session at the gateway, here and in every other tab. Throws if the gateway did not hear it. */
  async logout(): Promise<void> {
    await this.parts.lock(async () => {
      try {
        await this.endAtGateway();
      } catch (failure) {
        if (!hasStatus(failure, 401)) throw failure; // 401: there is nothing left to end
      }
      this.signOut("logged-out");
    });
    this.parts.channel.tell("signed-out");
  }

  /** Sends a call as the signed-in user; on a 401 renews the token once and sends it again. */
  readonly authorized = async <T>(call: ApiRequest): Promise<T> => {
    const token = this.token && isFresh(this.token) ? this.token : await this.renew(this.token);
    try {
      return await send<T>(this.parts.baseUrl, call, token.raw);
    } catch (failure) {
      if (!hasStatus(failure, 401)) throw failure;
      const renewed = await this.renew(token);
      return await send<T>(this.parts.baseUrl, call, renewed.raw);
    }
  };

  /** One renewal at a time in this tab, and across tabs by the lock: each presents the cookie the last one left. */
  private renew(rejected?: AccessToken): Promise<AccessToken> {
    if (this.token && rejected && this.token !== rejected) return Promise.resolve(this.token);
    if (this.state.phase === "signed-out" && rejected) return Promise.reject(sessionIsOver());
    this.renewing ??= this.parts
      .lock(() => this.refresh())
      .finally(() => {
        this.renewing = undefined;
      });
    return this.renewing;
  }

  /** The caller holds the lock. */
  private async refresh(): Promise<AccessToken> {
    try {
      return this.accept(await this.parts.auth.refresh());
    } catch (failure) {
      if (hasStatus(failure, 401)) this.signOut(this.hadSession() ? "ended" : "none");
      throw failure;
    }
  }

  private async endAtGateway(): Promise<void> {
    const { auth } = this.parts;
    const token = this.token && isFresh(this.token) ? this.token : await this.refresh();
    try {
      await auth.logout(token.raw);
    } catch (failure) {
      if (!hasStatus(failure, 401)) throw failure;
      await auth.logout((await this.refresh()).raw);
    }
  }

  private hadSession(): boolean {
    return this.state.phase === "signed-in" || this.parts.hint.isSet();
  }

  private signIn(raw: string): void {
    this.accept(raw);
    this.parts.channel.tell("signed-in");
  }

  private accept(raw: string): AccessToken {
    const token = readAccessToken(raw);
    this.token = token;
    this.parts.hint.set();
    this.forgetRetry();
    if (this.state.phase !== "signed-in" || this.state.userId !== token.userId) {
      this.become({ phase: "signed-in", userId: token.userId });
    }
    return token;
  }

  private signOut(reason: "none" | "logged-out" | "ended"): void {
    this.token = undefined;
    this.parts.hint.clear();
    this.forgetRetry();
    if (this.state.phase === "signed-out") return; // the first reason is the one to tell
    this.become({ phase: "signed-out", reason });
  }

  private restoreLater(failure: unknown): void {
    const tries = this.retry?.tries ?? 0;
    const wait = retryDelay(tries, failure);
    clearTimeout(this.retry?.timer);
    this.retry = { tries: tries + 1, timer: setTimeout(() => void this.restore(), wait) };
    this.become({ phase: "unreachable" });
  }

  private forgetRetry(): void {
    clearTimeout(this.retry?.timer);
    this.retry = undefined;
  }

  private become(state: SessionState): void {
    this.state = state;
    for (const changed of this.watchers) changed();
  }
}

const sessionIsOver = () => new ApiError({ status: 401, message: "The session is over." });
