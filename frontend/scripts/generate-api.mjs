// Writes src/lib/api/generated.ts from the gateway's OpenAPI document: its types, and the bounds of every field.
// With --check it only says whether the file is what it would write.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const DOCUMENT = new URL("../../api-gateway/api_gateway/openapi.json", import.meta.url);
const FILE = new URL("../src/lib/api/generated.ts", import.meta.url);

const document = JSON.parse(await readFile(DOCUMENT, "utf8"));
const schemas = lean(document.components.schemas, true);
const types = astToString(await openapiTS({ ...document, paths: {}, components: { schemas } }));
const written = `// Written by \`npm run generate\` from the gateway's OpenAPI document.
${types.slice(types.indexOf("export interface components"), types.indexOf("    responses: never"))}}

/** The bounds of what a person writes: lengths in characters, and how many members. */
export const TASK_LIMITS = ${JSON.stringify(bounds("NewTask"), null, 2)} as const;
export const CHECKLIST_ITEM_LIMITS = ${JSON.stringify(bounds("NewItem"), null, 2)} as const;
export const ACCOUNT_LIMITS = ${JSON.stringify(bounds("Registration"), null, 2)} as const;
`;

/** Without titles and examples, which say nothing that the names do not. `named`: its keys are names of schemas. */
function lean(node, named = false) {
  if (Array.isArray(node) || node === null || typeof node !== "object") return node;
  const kept = Object.entries(node).filter(([key]) => named || !["title", "examples"].includes(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, lean(value, !named && key === "properties")]));
}

function bounds(schema) {
  const fields = Object.entries(schemas[schema].properties);
  return Object.fromEntries(fields.map(([field, node]) => [field, boundsOf(node)]));
}

function boundsOf({ minLength, maxLength, maxItems, items }) {
  return { minLength, maxLength, maxItems, ...(items?.maxLength && { items: boundsOf(items) }) };
}

if (!process.argv.includes("--check")) await writeFile(FILE, written);
else if ((await readFile(FILE, "utf8")) !== written) {
  throw new Error("src/lib/api/generated.ts is not what the OpenAPI document says: run `npm run generate`.");
}
