/** What the service sets with a change, and no person does. */
export const MARKS: ReadonlySet<string> = new Set(["rank", "completedAt", "deletedAt"]);
