import { defineConfig } from "vite";

/** One script and one style sheet, which Python puts into a page together with a graph. Built behind the program. */
export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  // A worker could not be loaded from a file: without an address there is none, and groups are laid out in the page.
  define: { "process.env.NODE_ENV": JSON.stringify("production"), "import.meta.url": "undefined" },
  build: {
    outDir: "../src/cutaway/_static/offline",
    emptyOutDir: true,
    target: "es2022",
    copyPublicDir: false,
    lib: {
      entry: "src/offline.tsx",
      formats: ["iife"],
      name: "cutaway",
      fileName: () => "graph.js",
      cssFileName: "graph",
    },
    rollupOptions: { output: { inlineDynamicImports: true } },
  },
});
