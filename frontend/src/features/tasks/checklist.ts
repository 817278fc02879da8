import type { Task } from "@/lib/api/types";
import { newKey } from "./pending-changes";

type Checklist = Task["checklist"];
export type Item = Checklist[number];

/** The gateway takes 24 characters as an id: given here, it stays the same while the item is sent and sent again. */
export const newItem = (): Item => ({ id: newKey().slice(0, 24), text: "", done: false });

/** With one more item, unless it is blank. */
export const withItem = (checklist: Checklist, item: Item): Checklist =>
  item.text.trim() === "" ? checklist : [...checklist, { ...item, text: item.text.trim() }];

export const withChanged = (checklist: Checklist, id: string, part: Partial<Item>): Checklist =>
  checklist.map((item) => (item.id === id ? { ...item, ...part } : item));

export const withoutItem = (checklist: Checklist, id: string): Checklist => checklist.filter((item) => item.id !== id);

export const countDone = (checklist: Checklist): number => checklist.filter(({ done }) => done).length;
