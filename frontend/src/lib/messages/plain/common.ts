export const plainCommon = {
  tryAgain: "Try again",
  entry: {
    continue: "Go to your tasks",
    register: "Create an account",
    login: "Log in",
  },
  crash: {
    heading: "Something went wrong",
    explanation: "Something on this page broke. What you saved is safe on the server; try again, and it should be here.",
    digest: (digest: string) => `Error code: ${digest}`,
  },
  httpError: (status: number) => `The server answered ${status}.`,
};
