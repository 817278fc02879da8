export const plainPages = {
  description: "A task manager: write down tasks, work through them, and look up what became of each.",
  skipLink: "Skip to the content",
  noScript: "This page needs scripts: allow them for this page, and load it again.",
  disclaimer:
    "Task Hunter is a work of its own, with an art of its own. It is not affiliated with or endorsed by Sony or FromSoftware.",
  landing: {
    heading: "Your tasks, in one list.",
    introduction: "Task Hunter is a task manager that is quick to write in and quiet to work in, and forgets nothing.",
    featuresLabel: "What it does",
    features: [
      {
        heading: "Add a task",
        text: "One line and Enter, and it is saved. Add a description if there is one, and a status in your own words.",
      },
      {
        heading: "Get it done",
        text: "Start and complete tasks with a click or a key. Your hands can stay on the keyboard; a slip can be undone.",
      },
      {
        heading: "See what happened",
        text: "Every change is listed within a moment: what was created, what was changed, from what to what.",
      },
    ],
  },
  login: {
    title: "Log in",
    heading: "Log in",
    otherwise: "No account yet?",
    otherwiseLink: "Register",
  },
  register: {
    title: "Register",
    heading: "Create an account",
    otherwise: "Already have an account?",
    otherwiseLink: "Log in",
  },
  tasks: { title: "Tasks", heading: "Tasks" },
  activity: { title: "Activity", heading: "Activity" },
  notFound: {
    title: "Page not found",
    heading: "Page not found",
    explanation: "There is no page at this address. It may have moved, or never have been there.",
    back: "Back to your tasks",
  },
};
