import { expect, test } from "vitest";
import { LOCALES, type Messages } from "./define";

const files = import.meta.glob<Record<string, Messages<unknown>>>("./*.ts", { eager: true });
const parts = Object.entries(files).flatMap(([file, exported]) =>
  Object.entries(exported)
    .filter(([name]) => name.endsWith("Messages") && name !== "defineMessages")
    .map(([name, part]) => ({ name: `${file} ${name}`, part })),
);

/** Every text by its path; a text with parameters as it is with one of each. */
function textsOf(value: unknown, path: string): [string, string][] {
  if (typeof value === "function") return textsOf(value(...Array.from({ length: value.length }, () => 1)), `${path}(${value.length})`);
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, part]) => textsOf(part, `${path}.${key}`));
  }
  return [[path, String(value)]];
}

const pathsOf = (value: unknown) => textsOf(value, "").map(([path]) => path);

/** What only a hunter says. */
const HUNTERS = /\b(contracts?|hunt(er|ers)?|prey|sworn|swear|oath|lamps?|dream|nightmare|blood|dawn|burn|seal|sever(ed|ing)?|deeds?|street)\b/i;

test("the catalogue was found", () => {
  expect(parts.length).toBeGreaterThan(10);
});

test.each(parts)("$name says the same things in each locale, with the same parameters", ({ part }) => {
  for (const locale of LOCALES) expect(pathsOf(part[locale])).toEqual(pathsOf(part["en-x-hunter"]));
});

test.each(parts)("$name leaves no text empty in one locale alone", ({ part }) => {
  const empty = (of: unknown) => textsOf(of, "").flatMap(([path, text]) => (text.trim() === "" ? [path] : []));
  for (const locale of LOCALES) expect(empty(part[locale])).toEqual(empty(part["en-x-hunter"]));
});

test.each(parts)("$name has none of the hunter's words in plain English", ({ part }) => {
  const found = textsOf(part.en, "").filter(([, text]) => HUNTERS.test(text.replaceAll("Task Hunter", "")));
  expect(found).toEqual([]);
});
