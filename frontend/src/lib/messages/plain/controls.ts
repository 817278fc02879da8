export const plainControls = {
  loadingMore: "Loading more…",
  characters: {
    left: (count: number) => `${count} left`,
    tooMany: (count: number) => `${count} too many`,
  },
};
