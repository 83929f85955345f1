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
    // A file that needs a browser's world asks for it in its first line: making one takes longer than most tests.
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
    // It ends what hangs; how long a test takes on a busy machine tells nothing.
    testTimeout: 120_000,
    coverage: {
      include: ["src/**/*.{ts,tsx}"],
      reportsDirectory: "../build/coverage/web",
      reporter: ["text", "html"],
    },
  },
});
