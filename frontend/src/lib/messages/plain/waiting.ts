import { formatNumber } from "@/lib/messages/define";

const inTime = (seconds: number | undefined) =>
  seconds === undefined ? "in a moment" : `in ${formatNumber(seconds)} ${seconds === 1 ? "second" : "seconds"}`;

export const plainWaiting = {
  loadingTasks: "Loading your tasks…",
  trouble: {
    silent: {
      heading: "No connection",
      explanation: () => "The server does not answer. Nothing is lost: this page tries again by itself.",
    },
    busy: {
      heading: "Too many requests",
      explanation: (seconds: number | undefined) =>
        `The server had too many requests from you. Nothing is lost: this page tries again by itself ${inTime(seconds)}.`,
    },
    unavailable: {
      heading: "Temporarily unavailable",
      explanation: (seconds: number | undefined) =>
        `The server answers, but a service behind it does not. Nothing is lost: this page tries again by itself ${inTime(seconds)}.`,
    },
  },
  retryNow: "Try again now",
};
