import { casual } from "chrono-node/en";
import type { Due } from "@/lib/api/types";
import { MASK } from "./quick-add-text";

type ParsedResult = ReturnType<typeof casual.parse>[number];

/** The words from `start` to `end` say when a task is due. */
export interface FoundDue {
  start: number;
  end: number;
  due: Due;
}

/**
 * Finds the one place where a line says when its task is due; MASK stands where something else was understood.
 *
 * chrono-node's strict mode knows neither "tomorrow" nor "friday", and its casual mode takes "March", "Sun" and "3d" for
 * dates. So it reads as in casual mode, and only phrases of the forms below count, where a title would hardly have them.
 * Two dates in one line are none.
 */
export function findDue(text: string, now: Date, tz: string): FoundDue | undefined {
  const found = casual
    .parse(text, now, { forwardDate: true })
    .map((result) => dueOf(result, text, now, tz))
    .filter((due) => due !== undefined);
  return found.length === 1 ? found[0] : undefined;
}

const DAY = "today|tonight|tomorrow";
const FULL_WEEKDAY = "(?:mon|tues|wednes|thurs|fri|satur|sun)day";
const WEEKDAY = `${FULL_WEEKDAY}|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun`;
const NTH = "\\d{1,2}(?:st|nd|rd|th)?";
const MONTH =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
const DAY_OF_MONTH = `(?:${NTH}(?: of)? ${MONTH}|${MONTH} ${NTH})(?:,? \\d{4})?`;
const ISO_DAY = "\\d{4}-\\d\\d-\\d\\d";
const COUNT = "(?:an?|one|two|three|\\d{1,3})";
const WITHIN = `in ${COUNT} (?:minute|hour|day|week|month)s?`;
const WITHIN_DAYS = `in ${COUNT} (?:day|week|month)s?`;
const CLOCK = "(?:[01]?\\d|2[0-3]):[0-5]\\d";
const MERIDIEM = "(?:1[0-2]|0?[1-9])(?:[:.][0-5]\\d)? ?(?:[ap]m|[ap]\\.m\\.?)";
const DATE = `(?<day>${DAY})|(?:on )?(?:(?<which>this|next) )?(?<weekday>${WEEKDAY})|(?:on )?(?<dayOfMonth>${DAY_OF_MONTH})|(?<iso>${ISO_DAY})`;

const anchored = (pattern: string) => new RegExp(`^(?:${pattern})$`, "i");

/** A day, with a time or without. "at 9" says no half of the day: it stays a word. */
const DAY_AND_TIME = anchored(`(?<date>${DATE})(?<time>,? (?:at )?(?:${CLOCK}|${MERIDIEM}|noon))?(?<hour>,? (?:at )?\\d{1,2})?`);
const TIME_AND_DAY = anchored(`(?<time>(?:at )?(?:${CLOCK}|${MERIDIEM}))(?<date>,? (?:${DATE}))`);
const ISO_MOMENT = anchored(`(?<date>(?<iso>${ISO_DAY})T)(?<time>${CLOCK})`);
const TIME = anchored(`(?<time>at ${CLOCK}|(?:at )?${MERIDIEM})`);
const FROM_NOW = anchored(`(?<within>${WITHIN})`);
const DAYS_FROM_NOW = anchored(`(?<within>${WITHIN_DAYS})(?<time>,? (?:at )?(?:${CLOCK}|${MERIDIEM}|noon))`);
const FORMS = [DAY_AND_TIME, TIME_AND_DAY, ISO_MOMENT, TIME, FROM_NOW, DAYS_FROM_NOW];

/** Before a date these make it a part of what is to be done, not when: "the 9am meeting", "every monday". */
const BINDING =
  /(?:^|\s)(?:an?|the|this|that|my|our|your|his|her|their|its|each|every|last|past|after|before|since|until|till|of|than|except|from|to|and|or|not|between|within|for|about|like|no|first|second|third|fourth)\s+$/i;
/** After it, too: "friday and", "tomorrow morning". */
const BOUND = /^\s*(?:[-–—~/]|(?:and|or|to|until|till|through|before|after|mornings?|afternoons?|evenings?|nights?|ago|of|time|is|was)\b)/i;
/** What leads a date in, and goes with it. */
const LEAD = /(?:^|(?<=\s))(?:(?:due|by|on) )+(?:the )?$/i;
/** Days with a name of their own. */
const HOLIDAY = /(?:^|\s)(?:ash|black|bloody|blue|casual|cyber|easter|fat|giving|good|holy|man|maundy|palm|ruby|shrove|super|whit)\s+$/i;
const AMBIGUOUS_MONTH = /\b(?:mar|march|may)\b/i;
const ENDS_HERE = new RegExp(`^(?:[.,;:!?)]*(?=[\\s${MASK}]|$))`);

function dueOf(result: ParsedResult, text: string, now: Date, tz: string): FoundDue | undefined {
  const place = placeOf(result, text);
  if (result.end || !place) return undefined;
  const form = FORMS.map((pattern) => pattern.exec(place.phrase)?.groups).find(Boolean);
  if (!form || !stands(form, place)) return undefined;
  const due = valueOf(result, form, now, tz);
  if (!due) return undefined;
  const length = form.hour && !form.time ? form.date?.length : place.phrase.length;
  return { start: place.start - place.lead.length, end: place.start + (length ?? 0), due };
}

interface Place {
  phrase: string;
  start: number;
  before: string;
  lead: string;
  after: string;
}

type Form = Record<string, string | undefined>;

/** The phrase without what chrono-node takes in beside it; undefined inside a longer word. */
function placeOf(result: ParsedResult, text: string): Place | undefined {
  const phrase = result.text.replace(/^[\s,(]+|[\s,)]+$/g, "");
  const at = result.index + result.text.indexOf(phrase);
  const noon = /^noon$/i.test(phrase) && /\bat $/i.exec(text.slice(0, at));
  const start = noon ? at - noon[0].length : at;
  const after = text.slice(at + phrase.length);
  const ends = ENDS_HERE.exec(after);
  if (!ends || /\S$/.test(text.slice(0, start).replaceAll(MASK, " "))) return undefined;
  const lead = LEAD.exec(text.slice(0, start))?.[0] ?? "";
  return { phrase: text.slice(start, at + phrase.length), start, before: text.slice(0, start - lead.length), lead, after };
}

/** Whether it stands where it says when, rather than what. */
function stands(form: Form, { phrase, before, lead, after }: Place): boolean {
  if (BOUND.test(after) || (!lead && BINDING.test(before))) return false;
  if (form.within && /\p{Lu}/u.test(phrase.slice(1))) return false;
  const led = lead !== "" || form.which !== undefined || /^on /i.test(phrase);
  if (form.weekday && !led && HOLIDAY.test(before)) return false;
  if (form.iso || ((form.date ?? form.within) && form.time)) return true;
  if (form.weekday && !led && !anchored(FULL_WEEKDAY).test(form.weekday)) return false;
  if (led && !form.which) return true;
  if (atEnd(after)) return !isTitleCase(before, phrase, form) || led;
  const next = /^\s*[\p{L}\p{N}]/u.exec(after)?.[0].trim() ?? "";
  if (atStart(before)) return isLower(next) && !form.weekday && !AMBIGUOUS_MONTH.test(form.dayOfMonth ?? "");
  return isLower(phrase) && isLower(next) && form.weekday === undefined && form.dayOfMonth === undefined && !form.within;
}

const atEnd = (after: string) => /^[\s.,;:!?)]*$/.test(after.replaceAll(MASK, " "));
const atStart = (before: string) => before.replaceAll(MASK, " ").trim() === "";
const isLower = (text: string) => !/\p{Lu}/u.test(text);

/** "Edge of Tomorrow", "Ruby Tuesday": a name, where all but the small words begin with a capital. */
function isTitleCase(before: string, phrase: string, { day, weekday }: Form): boolean {
  if (!(day ?? weekday) || isLower(phrase)) return false;
  const words = before.replaceAll(MASK, " ").split(/\s+/).filter((word) => word.length > 3 || !isLower(word));
  return words.every((word) => !isLower(word));
}

/** What chrono-node made of it; undefined for a day that is over or is none. */
function valueOf({ start, text }: ParsedResult, form: Form, now: Date, tz: string): Due | undefined {
  const timed = form.time !== undefined || /\b(?:minute|hour)s?$/i.test(text);
  const part = (component: Parameters<typeof start.get>[0]) => start.get(component) ?? 0;
  const [hour, minute] = timed ? [part("hour"), part("minute")] : [23, 59];
  const moment = new Date(part("year"), part("month") - 1, part("day"), hour, minute);
  if (moment.getDate() !== part("day") || moment.getFullYear() > 9999) return undefined;
  if (form.weekday && moment < now) moment.setDate(moment.getDate() + 7);
  const dayEnd = new Date(moment.getFullYear(), moment.getMonth(), moment.getDate(), 23, 59, 59, 999);
  if (Number.isNaN(dayEnd.getTime()) || dayEnd < now) return undefined;
  const date = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return timed ? { at: `${date}T${two(hour)}:${two(minute)}`, tz } : { date };
}

const two = (part: number) => String(part).padStart(2, "0");
