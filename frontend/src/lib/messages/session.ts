import { defineMessages } from ".";

/** Registration, login and logout. */
export const sessionMessages = defineMessages({
  "en-x-hunter": {
    entry: {
      continue: "Go on with the hunt",
      register: "Become a hunter",
      login: "Log in",
    },
    login: {
      form: "Log in",
      submit: "Enter the dream",
      busy: "Entering…",
    },
    register: {
      form: "Register",
      submit: "Sign in blood",
      busy: "Signing…",
    },
    fields: {
      username: "Name",
      email: "E-mail",
      password: "Password",
      showPassword: "Show the password",
      passwordHint: (least: number, mostBytes: number) => `At least ${least} characters; at most ${mostBytes} bytes.`,
    },
    errors: {
      usernameMissing: "A hunter needs a name.",
      emailMissing: "An e-mail address is needed.",
      emailInvalid: "This does not look like an e-mail address.",
      passwordMissing: "A password is needed.",
      passwordShort: (least: number) => `At least ${least} characters.`,
      passwordLong: (mostBytes: number) =>
        `Too long: at most ${mostBytes} bytes, and letters beyond a–z take two or more.`,
      tooLong: (most: number) => `At most ${most} characters.`,
      unreachable: "The gateway does not answer. Nothing was sent twice; try again in a moment.",
      tooMany: "Too many attempts.",
      waitSome: "Rest a while, then try again.",
      waitSeconds: (seconds: number) => `Try again in ${seconds} seconds.`,
      waitMinutes: (minutes: number) => `Try again in ${minutes} minutes.`,
      credentials: "No hunter answers to that e-mail and password.",
      emailTaken: "This e-mail already belongs to a hunter.",
      unknown: "Something went wrong on this page. Try again.",
    },
    ended: "Your session was ended. Log in, and you are back where you were.",
    loggedOut: "The connection is severed. Rest well, hunter.",
    logout: {
      /** The second word is left out where there is little room. */
      label: ["Sever", "connection"],
      busy: "Severing…",
      failed: "The connection still stands: the gateway did not hear you. Try again when it answers.",
    },
  },
});
