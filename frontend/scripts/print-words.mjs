// Prints one locale of the catalogue as JSON, for the tests in the browser: `node print-words.mjs en`. In a text with
// parameters {0}, {1}, … stand in their places.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const SOURCE = fileURLToPath(new URL("../src/", import.meta.url));
const MESSAGES = join(SOURCE, "lib/messages");
const OPTIONS = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
const loaded = new Map();

/** What the file exports. The files of the catalogue import nothing but one another. */
function load(file) {
  if (loaded.has(file)) return loaded.get(file);
  const exports = {};
  loaded.set(file, exports);
  const { outputText } = ts.transpileModule(readFileSync(file, "utf8"), { compilerOptions: OPTIONS });
  const require = (name) => load(`${name.startsWith("@/") ? join(SOURCE, name.slice(2)) : join(dirname(file), name)}.ts`);
  new Function("exports", "require", outputText)(exports, require);
  return exports;
}

function written(value) {
  if (typeof value === "function") return written(value(...Array.from({ length: value.length }, (_, place) => `{${place}}`)));
  if (Array.isArray(value)) return value.map(written);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, written(part)]));
}

const part = (file) => Object.entries(load(join(MESSAGES, file))).find(([name]) => name.endsWith("Messages"))[1];

const [, , locale] = process.argv;
const parts = readdirSync(MESSAGES).filter((file) => /^(?!index|server|define)[\w-]+\.ts$/.test(file) && !file.includes(".test."));
const words = parts.map((file) => [file.replace(".ts", ""), written(part(file)[locale])]);
process.stdout.write(JSON.stringify(Object.fromEntries(words)));
