import { defineConfig, globalIgnores } from "eslint/config";
import next from "eslint-config-next/core-web-vitals";
import typescript from "eslint-config-next/typescript";

/** app → features → components → lib: no folder imports from one before it. */
const LAYERS = ["app", "features", "components", "lib"];
const TESTS = ["src/**/*.test.{ts,tsx}", "src/testing/**"];

const aboveOf = (layer) => LAYERS.slice(0, LAYERS.indexOf(layer)).map((above) => `@/${above}/**`);
const forbid = (group, message) => ({ group, message });
const TESTING = forbid(["@/testing/**"], "Product code does not import the tests' helpers.");
const INDEX = forbid(["@/features/*/*"], "A feature is used through its index.");

/** Inside a folder imports are relative; from another they begin with "@/", so that the rules below see them. */
const imports = (layer, ...patterns) => ({
  files: [`src/${layer}/**/*.{ts,tsx}`],
  ignores: TESTS,
  rules: { "no-restricted-imports": ["error", { patterns: [TESTING, ...patterns] }] },
});

export default defineConfig([
  globalIgnores([".next/**", "next-env.d.ts"]),
  ...next,
  ...typescript,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      eqeqeq: "error",
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "ImportExpression > Literal[value=/^@/]", message: "Load later what is in the same folder." },
      ],
    },
  },
  ...LAYERS.map((layer) =>
    imports(
      layer,
      INDEX,
      ...(layer === "app" ? [] : [
        forbid(aboveOf(layer), `${layer} does not import from ${LAYERS.slice(0, LAYERS.indexOf(layer)).join(", ")}.`),
        forbid(["../**"], 'Other folders are imported by "@/…".'),
      ]),
    ),
  ),
]);
