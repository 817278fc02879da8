import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  test: {
    environment: "jsdom",
    isolate: false, // files share the modules, and the keys of created tasks in them: half the time
    setupFiles: ["./src/testing/setup.ts"],
    testTimeout: 30_000, // a bound for a busy machine, not a measure
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    onConsoleLog: (log) => {
      throw new Error(`a test wrote to the console: ${log}`);
    },
  },
});
