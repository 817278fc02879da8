import type { AuthApi } from "@/lib/api/auth";
import type { BrowserMark } from "./browser-marks";
import type { TabChannel } from "./tab-channel";
import type { TabLock } from "./tab-lock";

/** "leaving": logged out here, and the gateway has not heard it yet. */
export type SignOutReason = "none" | "logged-out" | "leaving" | "ended";

export type SessionState =
  | { phase: "unknown" } // nobody has asked yet whether there is a session
  | { phase: "restoring" }
  | { phase: "unreachable"; failure: unknown } // asking again, ever more rarely
  | { phase: "signed-in"; userId: string }
  | { phase: "signed-out"; reason: SignOutReason; userId: string | undefined };

export interface SessionParts {
  baseUrl: string;
  auth: AuthApi;
  lock: TabLock;
  channel: TabChannel;
  hint: BrowserMark;
  unheardLogout: BrowserMark;
}
