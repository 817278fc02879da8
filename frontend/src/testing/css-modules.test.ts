import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).map((file) => join("src", file));
const sheets = files.filter((file) => file.endsWith(".module.css"));
const components = files.filter((file) => /\.tsx?$/.test(file));

const definedIn = (sheet: string) => new Set(matches(readFileSync(sheet, "utf8"), /\.([a-zA-Z][\w-]*)(?=[^{}]*\{)/g));

/** The classes that every component beside `sheet` takes from it; undefined where they are computed. */
function usedOf(sheet: string): string[] | undefined {
  const users = components.filter((file) =>
    matches(readFileSync(file, "utf8"), /from "(\.[^"]*\.module\.css)"/g).some((path) => join(dirname(file), path) === sheet),
  );
  const code = users.map((file) => readFileSync(file, "utf8")).join();
  return /styles\[/.test(code) ? undefined : matches(code, /styles\.(\w+)/g);
}

const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? "");

test("every class that a component names is in its sheet, and every class of a sheet is named", () => {
  const wrong = sheets.flatMap((sheet) => {
    const [defined, used] = [definedIn(sheet), usedOf(sheet)];
    if (!used) return [];
    const missing = used.filter((name) => !defined.has(name));
    const unused = [...defined].filter((name) => !used.includes(name));
    return [...missing.map((name) => `${sheet}: .${name} is missing`), ...unused.map((name) => `${sheet}: .${name} is unused`)];
  });
  expect(sheets.length).toBeGreaterThan(0);
  expect(wrong).toEqual([]);
});
