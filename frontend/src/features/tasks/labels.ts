/** Labels are the same whatever their case, and however their letters are composed. */
export const foldLabel = (label: string): string => label.normalize("NFKC").toLowerCase();

/** With one more label, unless it is blank or there already. */
export function withLabel(labels: string[], typed: string): string[] {
  const label = typed.trim();
  if (label === "" || labels.some((known) => foldLabel(known) === foldLabel(label))) return labels;
  return [...labels, label];
}
