import { defineMessages } from "./define";
import { plainSession } from "./plain/session";

/** What login and registration have in common, and the login. */
export const sessionMessages = defineMessages({
  "en-x-hunter": {
    login: {
      form: "Log in",
      submit: "Log in to the dream",
      busy: "Logging in…",
    },
    fields: {
      email: "E-mail",
      password: "Password",
      showPassword: "Show the password",
    },
    errors: {
      emailMissing: "An e-mail address is needed.",
      emailInvalid: "This does not look like an e-mail address.",
      passwordMissing: "A password is needed.",
      tooLong: (most: number) => `At most ${most} characters.`,
      unreachable: "The gateway does not answer. Nothing was sent twice; try again in a moment.",
      unavailable: "The gateway answers, but a service behind it does not.",
      tooMany: "Too many attempts.",
      waitSome: "Rest a while, then try again.",
      waitSeconds: (seconds: number) => `Try again in ${seconds} seconds.`,
      waitMinutes: (minutes: number) => `Try again in ${minutes} minutes.`,
      credentials: "No hunter answers to that e-mail and password.",
      emailTaken: "This e-mail already belongs to a hunter.",
      unknown: "Something went wrong on this page. Try again.",
    },
    ended: "Your session was ended. Log in, and you are back where you were.",
    loggedOut: "You are logged out. Rest well, hunter.",
    leaving: "You have logged out of this dream. The gateway has not heard it yet: this page tells it as soon as it answers.",
    keptWords: "What you wrote and did not swear waits in this tab, for your eyes alone.",
    forgetWords: "Burn (delete) it",
  },
  en: plainSession,
});
