import { TASK_LIMITS, lengthOf } from "@/lib/api/limits";
import type { Due, TaskInput } from "@/lib/api/types";
import { foldLabel } from "./labels";
import type { FoundDue } from "./quick-add-dates";

/** Stands for a character that is no word any more, while dates are looked for around it. */
export const MASK = "\uFFFC";

/** One thing that was understood, and the text that says it. */
export type Chip = { start: number; end: number; text: string } & (
  | { kind: "due"; due: Due }
  | { kind: "priority"; priority: number }
  | { kind: "list" | "label"; name: string }
);

export interface Understood {
  /** The text without the chips. */
  title: string;
  /** In the order in which they stand in the text. */
  chips: Chip[];
}

/** Where dates are looked for, once what reads them is loaded. */
export type DueFinder = (text: string) => FoundDue | undefined;

/** A longer text is no line that somebody typed, and dates are not looked for. */
const MAX_READ = 500;

const PRIORITIES = new Map([["low", 1], ["medium", 2], ["high", 3], ["1", 1], ["2", 2], ["3", 3]]);

const TOKEN = /(?<=^|\s)(?:(?<sign>[#@])(?:"(?<quoted>[^"]+)"|(?<name>[\p{L}\p{N}_][^\s#@"]*?))|!(?<priority>\w+))(?=[.,;:!?)]*(?:\s|$))/gu;
const QUOTED = /"[^"]*"|“[^”]*”/g;

/**
 * What a line says beside its title: a list by #, labels by @, a priority by !, and when the task is due. `kept` are
 * the texts that stay words. What would leave no title is no chip.
 */
export function understand(text: string, kept: readonly string[], findDue: DueFinder | undefined): Understood {
  const tokens = tokensOf(text, kept);
  const due = text.length > MAX_READ ? undefined : findDue?.(masked(text, tokens));
  const dueChips: Chip[] = due && !kept.includes(text.slice(due.start, due.end)) ? [dueChip(text, due)] : [];
  for (const chips of [[...tokens, ...dueChips], tokens]) {
    const title = without(text, chips);
    if (title) return { title, chips: inOrder(chips) };
  }
  return { title: text.trim(), chips: [] };
}

/** The fields of a new task that the chips say. */
export function fieldsOf(chips: readonly Chip[]): Partial<Pick<TaskInput, "due" | "priority" | "list" | "labels">> {
  const fields: ReturnType<typeof fieldsOf> = {};
  for (const chip of chips) {
    if (chip.kind === "due") fields.due = chip.due;
    else if (chip.kind === "priority") fields.priority = chip.priority;
    else if (chip.kind === "list") fields.list = chip.name;
    else fields.labels = [...(fields.labels ?? []), chip.name];
  }
  return fields;
}

function tokensOf(text: string, kept: readonly string[]): Chip[] {
  const quoted = [...text.matchAll(QUOTED)].map(({ index, 0: words }) => [index, index + words.length] as const);
  const chips: Chip[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const start = match.index;
    if (kept.includes(match[0]) || quoted.some(([from, to]) => from < start && start < to)) continue;
    const chip = tokenOf(match, { start, end: start + match[0].length, text: match[0] });
    if (chip && fits(chip, chips)) chips.push(chip);
  }
  return chips;
}

function tokenOf({ groups = {} }: RegExpMatchArray, at: Pick<Chip, "start" | "end" | "text">): Chip | undefined {
  const priority = PRIORITIES.get(groups.priority?.toLowerCase() ?? "");
  if (priority) return { ...at, kind: "priority", priority };
  const name = (groups.quoted ?? groups.name ?? "").trim();
  // "#1" is a number.
  if (!name || (!groups.quoted && /^\d+$/.test(name))) return undefined;
  return { ...at, kind: groups.sign === "#" ? "list" : "label", name };
}

/** The gateway's bounds; of two lists or priorities the first counts, and the other stays a word. */
function fits(chip: Chip, others: readonly Chip[]): boolean {
  if (chip.kind !== "label") {
    const tooLong = chip.kind === "list" && lengthOf(chip.name) > TASK_LIMITS.list.maxLength;
    return !tooLong && others.every(({ kind }) => kind !== chip.kind);
  }
  const { maxItems, items } = TASK_LIMITS.labels;
  const labels = others.filter((other) => other.kind === "label");
  const known = labels.some((other) => "name" in other && foldLabel(other.name) === foldLabel(chip.name));
  return !known && labels.length < maxItems && lengthOf(chip.name) <= items.maxLength;
}

const dueChip = (text: string, { start, end, due }: FoundDue): Chip => ({ kind: "due", due, start, end, text: text.slice(start, end) });

/** As long as `text`: tokens are nothing that a date may reach over, and what stands in quotes is a word. */
function masked(text: string, tokens: readonly Chip[]): string {
  let result = text.replaceAll(QUOTED, (words) => "x".repeat(words.length));
  for (const { start, end } of tokens) result = result.slice(0, start) + MASK.repeat(end - start) + result.slice(end);
  return result;
}

function without(text: string, chips: readonly Chip[]): string {
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end } of inOrder(chips)) {
    pieces.push(text.slice(from, start));
    from = end;
  }
  pieces.push(text.slice(from));
  const words = pieces.map((piece) => piece.trim()).filter(Boolean).join(" ").replace(/ (?=[.,;:!?)]+(?: |$))/g, "");
  // A chip takes with it what set it apart.
  const title = chips.length > 0 ? words.replace(/^[,:;–—-]+\s+|\s*[,:;–—-]+$/g, "") : words;
  return /[\p{L}\p{N}\p{S}]/u.test(title) ? title : "";
}

const inOrder = (chips: readonly Chip[]) => [...chips].sort((one, other) => one.start - other.start);
