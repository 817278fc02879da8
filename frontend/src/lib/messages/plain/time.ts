export const plainTime = {
  justNow: "just now",
  onDate: (date: string) => `on ${date}`,
  today: "Today",
  yesterday: "Yesterday",
};
