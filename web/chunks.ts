/**
 * Which files the page is built into: its beginning, what the program and the views have in common, what several views
 * share, and each view. By default sets of views that share something would have a file each, and a request costs more
 * than some kilobytes of code that a view does not need.
 */

import { resolve } from "node:path";
import type { Plugin, Rolldown } from "vite";

type Modules = Rolldown.ChunkingContext;

const pathOf = (path: string): string => resolve(import.meta.dirname, path);

/** It runs as soon as it is there; the program once the document and its styles are. */
const BEGINNING = pathOf("src/main.ts");
export const PROGRAM = pathOf("src/program.tsx");
/** What fewer views share is in files by itself. */
const SHARED_BY = 2;

/** A module, and all that it imports, in the end. */
function withImports(id: string, modules: Modules, found = new Set<string>()): Set<string> {
  if (found.has(id)) return found;
  found.add(id);
  for (const imported of modules.getModuleInfo(id)?.importedIds ?? []) withImports(imported, modules, found);
  return found;
}

/** How many views need a module. */
function viewsWith(id: string, modules: Modules): number {
  const views = [...withImports(BEGINNING, modules)].flatMap(
    (each) => modules.getModuleInfo(each)?.dynamicallyImportedIds ?? [],
  );
  return views.filter((view) => withImports(view, modules).has(id)).length;
}

function group(
  name: string,
  priority: number,
  has: (id: string, modules: Modules) => boolean,
): Rolldown.CodeSplittingGroup {
  return { name: (id, modules) => (has(id, modules) ? name : null), debugName: name, priority };
}

/** A module is in the first that has it. The program's own module is in none: a view that is loaded must not run it. */
export const GROUPS: Rolldown.CodeSplittingGroup[] = [
  group("beginning", 3, (id, modules) => withImports(BEGINNING, modules).has(id)),
  group("common", 2, (id, modules) => id !== PROGRAM && withImports(PROGRAM, modules).has(id)),
  group("views", 1, (id, modules) => viewsWith(id, modules) >= SHARED_BY),
];

/** The document asks at once for all that every view needs. */
export function loadProgram(): Plugin {
  return {
    name: "load-program",
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((output) => output.type === "chunk");
        const named = (name: string) => {
          const found = chunks.find((chunk) => chunk.name === name);
          if (found === undefined) throw new Error(`no file is named ${name}`);
          return found;
        };
        const needed = [named("program"), named("common"), named("views")];
        const styles = needed.flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])]);
        return [
          { tag: "script", attrs: { type: "module", crossorigin: true, src: `./${needed[0].fileName}` } },
          ...needed.slice(1).map(({ fileName }) => ({
            tag: "link",
            attrs: { rel: "modulepreload", crossorigin: true, href: `./${fileName}` },
          })),
          ...styles.map((name) => ({
            tag: "link",
            attrs: { rel: "stylesheet", crossorigin: true, href: `./${name}` },
          })),
        ].map((tag) => ({ ...tag, injectTo: "head" as const }));
      },
    },
  };
}
