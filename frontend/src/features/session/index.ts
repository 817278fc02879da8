/** Who is signed in: registration, login and logout, and one session for all tabs of the browser. */
export { AccountLine, AccountName } from "./AccountLine";
export { AlternativeLink } from "./AlternativeLink";
export { LoginForm } from "./LoginForm";
export { LogoutButton } from "./LogoutButton";
export { RegisterForm } from "./RegisterForm";
export { type PersonApi, PersonProvider, useApi } from "./PersonProvider";
export { SessionProvider, useSession, useSessionState } from "./SessionProvider";
export { SignedInOnly } from "./SignedInOnly";
export { SignedOutOnly } from "./SignedOutOnly";
export type { BrowserMark } from "./browser-marks";
export type { TabChannel, TabMessage } from "./tab-channel";
export type { TabLock } from "./tab-lock";
