import { hasStatus, retryDelay } from "@/lib/api/errors";
import { type AccessToken, isFresh, readAccessToken } from "./access-token";
import type { SessionParts } from "./session-types";

/** How long a person who leaves waits for the gateway. */
export const PATIENCE_MS = 1_500;

/**
 * Of each request that ends a session. Shorter than other tabs wait for the lock: the answer clears the cookie, and
 * must not do so once somebody else has signed in.
 */
const ANSWER_MS = 4_000;

/** A logout, which the gateway is told by whichever tab reaches it first: also later, also after a reload. */
export class Logout {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private tries = 0;

  constructor(
    private readonly parts: SessionParts,
    private readonly heard: (userId: string) => void,
  ) {}

  /** Whose logout the gateway has not heard yet. */
  readonly unheard = (): string | undefined => this.parts.unheardLogout.read();

  begin(userId: string): void {
    this.parts.unheardLogout.set(userId);
  }

  /** Another session has taken the place of that one. */
  forget(): void {
    this.parts.unheardLogout.clear();
  }

  /** Tells the gateway of an unheard logout, ever more rarely until it hears. */
  finish(failure?: unknown): void {
    this.rest();
    if (this.unheard() === undefined) return;
    const wait = this.tries === 0 ? 0 : retryDelay(this.tries, failure);
    this.timer = setTimeout(() => {
      this.tries++;
      this.parts.lock(() => this.tell()).then(() => (this.tries = 0), (reason: unknown) => this.finish(reason));
    }, wait);
  }

  rest(): void {
    clearTimeout(this.timer);
  }

  /** The caller holds the lock. Throws where the gateway did not hear. */
  async tell(held?: AccessToken): Promise<void> {
    const userId = this.unheard();
    if (userId === undefined) return;
    try {
      await this.end(userId, held && isFresh(held) ? held : await this.renewed(), held);
    } catch (failure) {
      if (!hasStatus(failure, 401)) throw failure; // 401: there is nothing left to end
    }
    this.forget();
    this.heard(userId);
  }

  private async end(userId: string, token: AccessToken, held: AccessToken | undefined): Promise<void> {
    if (token.userId !== userId) return; // somebody else has signed in meanwhile: their session stays
    try {
      await this.parts.auth.logout(token.raw, AbortSignal.timeout(ANSWER_MS));
    } catch (failure) {
      if (!hasStatus(failure, 401) || token !== held) throw failure;
      await this.end(userId, await this.renewed(), undefined);
    }
  }

  private async renewed(): Promise<AccessToken> {
    return readAccessToken(await this.parts.auth.refresh(AbortSignal.timeout(ANSWER_MS)));
  }
}

/** Resolves when `work` is settled, however, or when the time has passed. */
export async function atMost(milliseconds: number, work: Promise<unknown> | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const passed = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([work?.catch(() => undefined), passed]);
  clearTimeout(timer);
}
