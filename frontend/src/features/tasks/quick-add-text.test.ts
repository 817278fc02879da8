import { expect, test } from "vitest";
import { findDue } from "./quick-add-dates";
import { fieldsOf, understand } from "./quick-add-text";

/** A Thursday evening. */
const NOW = new Date(2026, 10, 26, 21, 0);
const dates = (text: string) => findDue(text, NOW, "Europe/Rome");
const read = (text: string, kept: string[] = []) => {
  const { title, chips } = understand(text, kept, dates);
  return { title, ...fieldsOf(chips) };
};
const at = (moment: string) => ({ at: moment, tz: "Europe/Rome" });
const day = (date: string) => ({ date });

test.each([
  "The 5th Wave", "Renovation", "monitor", "paprika", "May", "Sun", "second", "March for our lives", "Buy 2 eggs",
  "Call 911", "Mon Ami", "24", "1984", "Tomorrow", "today", "Friday", "9am", "2026-12-01", "in 3 days", "December",
  "The Day After Tomorrow", "Edge of Tomorrow", "Tomorrow Never Dies", "Tomorrowland", "USA Today", "Today Show",
  "Black Friday", "plan for black friday", "Good Friday", "Ruby Tuesday", "Blue Monday", "Bloody Sunday", "Man Friday",
  "Sunday Times", "Friday report", "Saturday Night Fever", "Monday blues", "The Man Who Was Thursday", "Wednesday Addams",
  "June Carter", "April O’Neil", "August Rush", "May the force be with you", "You may call", "march 5 miles", "March 5 miles",
  "Jan Hus", "Mark Dec", "Theresa may resign", "Sat by the sea", "We sat down", "sun cream", "mon chéri", "Wed at first sight",
  "The 9am meeting", "move my 5pm call", "3 AM", "12 AM Club", "Mambo No. 5", "Catch-22", "Apollo 13", "Ocean’s 11",
  "Around the World in 80 Days", "28 Days Later", "10 Things I Hate About You", "Fahrenheit 451", "2001: A Space Odyssey",
  "Blade Runner 2049", "7 Samurai", "21 Grams", "300", "4th of July", "The 4th of July", "Born on the Fourth of July",
  "9/11 memorial", "24/7 support", "1/2 cup of flour", "12/5", "Psalm 18:20", "John 3:16", "ratio 16:09", "version 1.5.3",
  "at 5", "meet at 5 corners", "I'm at 101,194 points", "3d printer", "print in 3d", "5m of rope", "2h film", "10 min rice",
  "every monday", "each friday", "last friday", "before friday", "after friday", "until friday", "from monday to friday",
  "monday and friday", "monday or tuesday", "the week of friday", "friday's notes", "tomorrow's dinner", "today-only sale",
  "yesterday", "5 days ago", "write about 2020-01-01", "next week", "plan next month", "this year in review", "end of month",
  "call tomorrow morning", "friday evening drinks", "tomorrow 9-10am", "tomorrow 09:00 - 10:00", "9am PST friday",
  "High Noon", "Second Tuesday", "in 2 weeks time", "today is a gift", "Midnight in Paris", "Noon", "Now you see me", "Second Sunday", "First Monday", "weekend bag", "Feb 30 visit",
  "for 2 hours", "within 3 days", "every 2 days", "read 2 hours", "Fri up the fish", "decoration", "marching band",
  "augment", "satire", "sunset", "monday-proof", "nowhere", "todays", "Live for today", "better than tomorrow",
  '"Call Anna tomorrow"', "“Call Anna tomorrow 9am”", 'Read "Friday" again', "C# course", "issue #1", "#1 fan", "PR #24",
  "mail bob@example.org", "Lunch @ Joe's", "Stop!", "Go !now", "!important rule", "What?!", "a # b", "#", "@", "!", "!4 walls", "!high",
  "#Home", "@errand", "#Home @errand", "Is 3 !== 3", "rock&roll", "wait!2", "😀",
])("“%s” stays words", (text) => {
  expect(read(text)).toEqual({ title: text });
});

test.each([
  ["Oil for the lamps tomorrow 9am #Home @errand !high", "Oil for the lamps", { due: at("2026-11-27T09:00"), list: "Home", labels: ["errand"], priority: 3 }],
  ["Call Anna today", "Call Anna", { due: day("2026-11-26") }],
  ["Call Anna tonight", "Call Anna", { due: day("2026-11-26") }],
  ["Call Anna tomorrow", "Call Anna", { due: day("2026-11-27") }],
  ["Call Anna Tomorrow about oil", "Call Anna Tomorrow about oil", {}],
  ["Call Anna tomorrow about oil", "Call Anna about oil", { due: day("2026-11-27") }],
  ["Tomorrow call Anna", "call Anna", { due: day("2026-11-27") }],
  ["tomorrow 9am call Anna", "call Anna", { due: at("2026-11-27T09:00") }],
  ["Call Anna tomorrow at 9:30", "Call Anna", { due: at("2026-11-27T09:30") }],
  ["Call Anna tomorrow at 9", "Call Anna at 9", { due: day("2026-11-27") }],
  ["Call Anna tomorrow, 9 am", "Call Anna", { due: at("2026-11-27T09:00") }],
  ["Call Anna tomorrow at noon", "Call Anna", { due: at("2026-11-27T12:00") }],
  ["Call Anna 9am tomorrow", "Call Anna", { due: at("2026-11-27T09:00") }],
  ["Call Anna 9am", "Call Anna", { due: at("2026-11-27T09:00") }],
  ["Call Anna 10:30 pm", "Call Anna", { due: at("2026-11-26T22:30") }],
  ["Call Anna at 18:00", "Call Anna", { due: at("2026-11-27T18:00") }],
  ["Dinner tonight 9:30pm", "Dinner", { due: at("2026-11-26T21:30") }],
  ["9am standup", "standup", { due: at("2026-11-27T09:00") }],
  ["Pay the rent friday", "Pay the rent", { due: day("2026-11-27") }],
  ["Pay the rent Friday", "Pay the rent", { due: day("2026-11-27") }],
  ["Pay the rent on Friday", "Pay the rent", { due: day("2026-11-27") }],
  ["Pay the rent by friday", "Pay the rent", { due: day("2026-11-27") }],
  ["Pay the rent due on friday", "Pay the rent", { due: day("2026-11-27") }],
  ["Pay the rent on friday in cash", "Pay the rent in cash", { due: day("2026-11-27") }],
  ["Pay the rent next friday", "Pay the rent", { due: day("2026-12-04") }],
  ["Pay the rent this sunday", "Pay the rent", { due: day("2026-11-29") }],
  ["Pay the rent on mon", "Pay the rent", { due: day("2026-11-30") }],
  ["Pay the rent fri 5pm", "Pay the rent", { due: at("2026-11-27T17:00") }],
  ["Pay the rent sunday 17:00", "Pay the rent", { due: at("2026-11-29T17:00") }],
  ["Pay the rent thursday 8pm", "Pay the rent", { due: at("2026-12-03T20:00") }],
  ["Pay the rent Dec 1", "Pay the rent", { due: day("2026-12-01") }],
  ["Pay the rent 1 December", "Pay the rent", { due: day("2026-12-01") }],
  ["Pay the rent by the 1st of December", "Pay the rent", { due: day("2026-12-01") }],
  ["Pay the rent on March 5", "Pay the rent", { due: day("2027-03-05") }],
  ["Pay the rent march 5", "Pay the rent", { due: day("2027-03-05") }],
  ["Pay the rent Dec 24, 2027", "Pay the rent", { due: day("2027-12-24") }],
  ["Pay the rent Dec 1 at 18:00", "Pay the rent", { due: at("2026-12-01T18:00") }],
  ["Dec 1 pay the rent", "pay the rent", { due: day("2026-12-01") }],
  ["Pay the rent 2026-12-01", "Pay the rent", { due: day("2026-12-01") }],
  ["Pay the rent on 2026-12-01 at once", "Pay the rent at once", { due: day("2026-12-01") }],
  ["Pay the rent 2026-12-01 09:00", "Pay the rent", { due: at("2026-12-01T09:00") }],
  ["Pay the rent 2026-12-01T09:00", "Pay the rent", { due: at("2026-12-01T09:00") }],
  ["Pay the rent in 3 days", "Pay the rent", { due: day("2026-11-29") }],
  ["Pay the rent in 3 days at 9:30", "Pay the rent", { due: at("2026-11-29T09:30") }],
  ["Pay the rent in 2 days 9am", "Pay the rent", { due: at("2026-11-28T09:00") }],
  ["Pay the rent in a week at noon!", "Pay the rent!", { due: at("2026-12-03T12:00") }],
  ["In 2 days 9am pay the rent", "pay the rent", { due: at("2026-11-28T09:00") }],
  ["Pay the rent in a week", "Pay the rent", { due: day("2026-12-03") }],
  ["Pay the rent in two months", "Pay the rent", { due: day("2027-01-26") }],
  ["Pay the rent in 30 minutes", "Pay the rent", { due: at("2026-11-26T21:30") }],
  ["Pay the rent in an hour", "Pay the rent", { due: at("2026-11-26T22:00") }],
  ["Pay the rent tomorrow!", "Pay the rent!", { due: day("2026-11-27") }],
  ["Pay the rent tomorrow #Home", "Pay the rent", { due: day("2026-11-27"), list: "Home" }],
  ["#Home tomorrow Pay the rent", "tomorrow Pay the rent", { list: "Home" }],
  ['Read "Friday" tomorrow', 'Read "Friday"', { due: day("2026-11-27") }],
  ['Sweep #"Old Yharnam"', "Sweep", { list: "Old Yharnam" }],
  ['Sweep @"two words" @one', "Sweep", { labels: ["two words", "one"] }],
  ["Sweep #Home, then rest", "Sweep, then rest", { list: "Home" }],
  ["#Home sweep", "sweep", { list: "Home" }],
  ["Sweep #Übung", "Sweep", { list: "Übung" }],
  ["Sweep #Home #Work", "Sweep #Work", { list: "Home" }],
  ["Sweep @a @A", "Sweep @A", { labels: ["a"] }],
  ["Sweep !HIGH", "Sweep", { priority: 3 }],
  ["Sweep !medium", "Sweep", { priority: 2 }],
  ["Sweep !low", "Sweep", { priority: 1 }],
  ["Sweep !1", "Sweep", { priority: 1 }],
  ["Sweep !3 !1", "Sweep !1", { priority: 3 }],
  [`Sweep #${"a".repeat(51)}`, `Sweep #${"a".repeat(51)}`, {}],
  [`Sweep @${"a".repeat(31)}`, `Sweep @${"a".repeat(31)}`, {}],
  ["Buy milk, tomorrow", "Buy milk", { due: day("2026-11-27") }],
  ["Tomorrow: buy milk", "buy milk", { due: day("2026-11-27") }],
  ["Buy 2 eggs tomorrow", "Buy 2 eggs", { due: day("2026-11-27") }],
  ["Read The 5th Wave tomorrow", "Read The 5th Wave", { due: day("2026-11-27") }],
])("“%s” is “%s” with %j", (text, title, fields) => {
  expect(read(text)).toEqual({ title, ...fields });
});

test("what was made text again stays text, and what is typed anew is understood anew", () => {
  expect(read("Oil tomorrow #Home", ["tomorrow"])).toEqual({ title: "Oil tomorrow", list: "Home" });
  expect(read("Oil tomorrow #Home", ["#Home"])).toEqual({ title: "Oil #Home", due: day("2026-11-27") });
  expect(read("Oil tomorrow 9am", ["tomorrow"])).toEqual({ title: "Oil", due: at("2026-11-27T09:00") });
});

test("before the dates can be read, only signs are understood", () => {
  expect(understand("Oil tomorrow #Home", [], undefined)).toMatchObject({ title: "Oil tomorrow", chips: [{ kind: "list" }] });
});
