export const plainRegistration = {
  form: "Register",
  submit: "Create account",
  busy: "Creating the account…",
  username: "Name",
  passwordHint: (least: number, mostBytes: number) => `At least ${least} characters; at most ${mostBytes} bytes.`,
  errors: {
    usernameMissing: "A name is needed.",
    passwordShort: (least: number) => `At least ${least} characters.`,
    passwordLong: (mostBytes: number) =>
      `Too long: at most ${mostBytes} bytes, and letters beyond a–z take two or more.`,
  },
};
