import type { Credentials, Registration } from "@/lib/api/types";
import { hasStatus, retryDelay, SignedOutError } from "@/lib/api/errors";
import { type AuthorizedOpen, type AuthorizedSend, open, send } from "@/lib/api/http";
import { correctClock } from "@/lib/time/clock";
import { type AccessToken, isFresh, readAccessToken } from "./access-token";
import { atMost, Logout, PATIENCE_MS } from "./logout";
import type { SessionParts, SessionState, SignOutReason } from "./session-types";
import type { TabMessage } from "./tab-channel";

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
  private readonly leaving: Logout;

  constructor(private readonly parts: SessionParts) {
    this.leaving = new Logout(parts, (userId) => {
      this.parts.channel.tell({ kind: "signed-out", userId });
      if (this.state.phase === "signed-out") this.signOut("logged-out");
    });
  }

  /** For as long as the page lives: follows what other tabs do. Returns how to stop. */
  readonly follow = (): (() => void) => {
    const stop = this.parts.channel.listen((message) => this.hear(message));
    this.leaving.finish();
    return () => {
      stop();
      this.leaving.rest();
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
    return this.parts.hint.read() !== undefined || this.leaving.unheard() !== undefined;
  }

  /** Silent refresh on load. Keeps trying, with back-off, while the gateway is out of reach. */
  async restore(): Promise<void> {
    if (this.state.phase === "signed-in") return;
    if (this.leaving.unheard() !== undefined) return this.signOut("leaving");
    if (this.state.phase === "unknown") this.become({ phase: "restoring" });
    await this.recover();
  }

  register(registration: Registration): Promise<void> {
    return this.signIn(() => this.parts.auth.register(registration));
  }

  login(credentials: Credentials): Promise<void> {
    return this.signIn(() => this.parts.auth.login(credentials));
  }

  /**
   * Ends the session here and in every other tab, and at the gateway as soon as that answers: a silent one is
   * waited for no longer than PATIENCE_MS.
   */
  async logout(): Promise<void> {
    if (this.state.phase !== "signed-in") return;
    const { userId } = this.state;
    const { token } = this;
    this.leaving.begin(userId);
    await atMost(PATIENCE_MS, this.parts.lock(() => this.leaving.tell(token)));
    this.signOut(this.leaving.unheard() === undefined ? "logged-out" : "leaving");
    this.parts.channel.tell({ kind: "signed-out", userId });
    this.leaving.finish();
  }

  /**
   * Sends calls as `userId` and as nobody else: after a change of persons each fails with SignedOutError. On a 401
   * the token is renewed once and the call sent again; an ApiError of 401 means a session that lives nevertheless.
   */
  as(userId: string): AuthorizedSend {
    return (call) => this.withToken(userId, (token) => send(this.parts.baseUrl, call, token));
  }

  /** As `as`, for responses that are read as they come. */
  opening(userId: string): AuthorizedOpen {
    return (call) => this.withToken(userId, (token) => open(this.parts.baseUrl, call, token));
  }

  private async withToken<T>(userId: string, call: (token: string) => Promise<T>): Promise<T> {
    const token = await this.tokenOf(userId);
    try {
      return await call(token.raw);
    } catch (failure) {
      if (!hasStatus(failure, 401)) throw failure;
      return await call((await this.tokenOf(userId, token)).raw);
    }
  }

  private async tokenOf(userId: string, rejected?: AccessToken): Promise<AccessToken> {
    if (this.state.phase !== "signed-in" || this.state.userId !== userId) throw new SignedOutError();
    const usable = this.token && this.token !== rejected && isFresh(this.token);
    const token = usable && this.token ? this.token : await this.renew();
    if (token.userId !== userId) throw new SignedOutError();
    return token;
  }

  private async recover(): Promise<void> {
    try {
      await this.renew();
    } catch (failure) {
      if (!(failure instanceof SignedOutError) && this.state.phase !== "signed-in") this.restoreLater(failure);
    }
  }

  /** One renewal at a time in this tab, and across tabs by the lock: each presents the cookie the last one left. */
  private renew(): Promise<AccessToken> {
    const renewal: Promise<AccessToken> = (this.renewing ??= this.parts.lock(() => this.refresh(() => this.renewing === renewal)));
    void renewal.catch(() => undefined).then(() => {
      if (this.renewing === renewal) this.renewing = undefined;
    });
    return renewal;
  }

  /** The caller holds the lock. `wanted` is false once the person has signed out meanwhile. */
  private async refresh(wanted: () => boolean): Promise<AccessToken> {
    let raw: string;
    try {
      raw = await this.parts.auth.refresh();
    } catch (failure) {
      if (!hasStatus(failure, 401)) throw failure;
      if (wanted()) this.signOut(this.hadSession() ? "ended" : "none");
      throw new SignedOutError();
    }
    if (!wanted()) throw new SignedOutError();
    return this.accept(raw);
  }

  private hadSession(): boolean {
    return this.state.phase === "signed-in" || this.parts.hint.read() !== undefined;
  }

  private async signIn(grant: () => Promise<string>): Promise<void> {
    const raw = await this.parts.lock(async () => {
      // The cookie to come takes the place of the one by which an unheard logout can still be told.
      await this.leaving.tell().catch(() => undefined);
      const granted = await grant();
      this.leaving.forget();
      return granted;
    });
    this.renewing = undefined; // one begun before would bring the session before back
    const { userId } = this.accept(raw);
    this.parts.channel.tell({ kind: "signed-in", userId });
  }

  private hear({ kind, userId }: TabMessage): void {
    const here = this.state.phase === "signed-in" ? this.state.userId : undefined;
    if (kind === "signed-in" && here !== userId) {
      this.renewing = undefined;
      void this.recover();
    }
    if (kind === "signed-out" && (here === undefined || here === userId)) {
      this.signOut(this.leaving.unheard() === undefined ? "logged-out" : "leaving");
      this.leaving.finish();
    }
  }

  private accept(raw: string): AccessToken {
    const token = readAccessToken(raw);
    this.token = token;
    correctClock(token.issuedAt);
    this.parts.hint.set("1");
    this.forgetRetry();
    if (this.state.phase !== "signed-in" || this.state.userId !== token.userId) {
      this.become({ phase: "signed-in", userId: token.userId });
    }
    return token;
  }

  private signOut(reason: SignOutReason): void {
    const before = this.state;
    this.token = undefined;
    this.renewing = undefined;
    this.parts.hint.clear();
    this.forgetRetry();
    // The first reason is the one to tell, but for a logout that has been heard at last.
    if (before.phase === "signed-out" && before.reason !== "leaving") return;
    const userId = before.phase === "signed-in" || before.phase === "signed-out" ? before.userId : undefined;
    this.become({ phase: "signed-out", reason, userId: userId ?? this.leaving.unheard() });
  }

  private restoreLater(failure: unknown): void {
    const tries = this.retry?.tries ?? 0;
    const wait = retryDelay(tries, failure);
    clearTimeout(this.retry?.timer);
    this.retry = { tries: tries + 1, timer: setTimeout(() => void this.restore(), wait) };
    this.become({ phase: "unreachable", failure });
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
