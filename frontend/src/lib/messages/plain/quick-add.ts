export const plainQuickAdd = {
  understood: "Understood of it",
  said: (chips: string) => `Understood: ${chips}.`,
  due: (when: string) => `Due ${when}`,
  list: (name: string) => `List ${name}`,
  label: (name: string) => `Label ${name}`,
  priorities: ["", "Low priority", "Medium priority", "High priority"],
  keepWords: (text: string) => `Keep “${text}” as words`,
};
