import { globSync, readFileSync } from "node:fs";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The program is a chunk of its own: the document asks for it at once, not when its first script runs. */
const PROGRAM = "src/program.tsx";

function preloadProgram(): Plugin {
  return {
    name: "preload-program",
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((output) => output.type === "chunk");
        const first = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(PROGRAM));
        if (bundle !== undefined && first === undefined) throw new Error(`no chunk is made of ${PROGRAM}`);
        if (first === undefined) return [];
        const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
        const needed = [first, ...first.imports.flatMap((name) => byName.get(name) ?? [])].filter(
          (chunk) => !chunk.isEntry,
        );
        const styles = needed.flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])]);
        return [
          ...needed.map(({ fileName }) => ({
            tag: "link",
            injectTo: "head" as const,
            attrs: { rel: "modulepreload", crossorigin: true, href: `./${fileName}` },
          })),
          ...styles.map((name) => ({
            tag: "link",
            injectTo: "head" as const,
            attrs: { rel: "stylesheet", crossorigin: true, href: `./${name}` },
          })),
        ];
      },
    },
  };
}

const TESTS = "src/**/*.test.{ts,tsx}";

/** Tests that need a browser's world: they ask for it in their first line. */
const ofBrowser = globSync(TESTS, { cwd: import.meta.dirname }).filter((path) =>
  readFileSync(`${import.meta.dirname}/${path}`, "utf-8").startsWith("// @vitest-environment happy-dom"),
);

/** The page is served below a token that nobody knows at build time: every URL in it is relative. */
export default defineConfig({
  base: "./",
  plugins: [preloadProgram()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../src/cutaway/_static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
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
