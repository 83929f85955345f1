import { globSync, readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";
import { GROUPS, loadProgram, PROGRAM } from "./chunks.ts";

const TESTS = "src/**/*.test.{ts,tsx}";

/** Tests that need a browser's world: they ask for it in their first line. */
const ofBrowser = globSync(TESTS, { cwd: import.meta.dirname }).filter((path) =>
  readFileSync(`${import.meta.dirname}/${path}`, "utf-8").startsWith("// @vitest-environment happy-dom"),
);

/** The page is served below a token that nobody knows at build time: every URL in it is relative. */
export default defineConfig({
  base: "./",
  plugins: [loadProgram()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../src/cutaway/_static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ["index.html", PROGRAM],
      output: { codeSplitting: { groups: GROUPS } },
    },
  },
  test: {
    projects: [
      // A world for each file, which takes longer than most tests do.
      { extends: true, test: { name: "browser", environment: "happy-dom", include: ofBrowser } },
      {
        extends: true,
        test: {
          name: "node",
          environment: "node",
          include: [TESTS],
          exclude: ofBrowser,
          isolate: false,
          setupFiles: ["fresh_modules.ts"],
        },
      },
    ],
    // It ends what hangs; how long a test takes on a busy machine tells nothing.
    testTimeout: 120_000,
    // All processors: one would be left out otherwise, which of two is half.
    maxWorkers: "100%",
    coverage: {
      include: ["src/**/*.{ts,tsx}"],
      reportsDirectory: "../build/coverage/web",
      reporter: ["text", "html"],
    },
  },
});
