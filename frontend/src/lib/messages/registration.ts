import { defineMessages } from "./define";
import { plainRegistration } from "./plain/registration";

export const registrationMessages = defineMessages({
  "en-x-hunter": {
    form: "Register",
    submit: "Register in blood",
    busy: "Registering…",
    username: "Name",
    passwordHint: (least: number, mostBytes: number) => `At least ${least} characters; at most ${mostBytes} bytes.`,
    errors: {
      usernameMissing: "A hunter needs a name.",
      passwordShort: (least: number) => `At least ${least} characters.`,
      passwordLong: (mostBytes: number) =>
        `Too long: at most ${mostBytes} bytes, and letters beyond a–z take two or more.`,
    },
  },
  en: plainRegistration,
});
