import { defineConfig } from "vitest/config";

/** The page is served below a token that nobody knows at build time: every URL in it is relative. */
export default defineConfig({
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../src/cutaway/_static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    // It ends what hangs; how long a test takes on a busy machine tells nothing.
    testTimeout: 120_000,
  },
});
