/** The rules about imports fail where they should: each arrow that must not be is linted in a small copy of the rooms. */

import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const WEB = resolve(import.meta.dirname, "..");
/** From the lowest to the highest: a room imports those before it. */
const ROOMS = ["kit", "series", "api", "charts", "state", "runs", "views/scalars", "shell"];

/** The file, and its imports. */
const FORBIDDEN: [string, string][] = [
  ...ROOMS.flatMap((room, i) =>
    ROOMS.slice(i + 1).map((above): [string, string] => [
      `${room}/arrow_to_${above.replace("/", "_")}`,
      `${above}/anything`,
    ]),
  ),
  // Decoding answers knew how lines are drawn.
  ["api/scalars_arrow", "charts/line_chart"],
  ["views/files/arrow", "views/scalars/chart_card"],
  ["views/steps/arrow", "views/scalars/chart_link"],
  ["views/scalars/arrow", "views/registry"],
  ["views/cards/arrow", "views/steps/tag_sections"],
  ["views/arrow", "shell/app"],
  ["shell/arrow", "views/scalars/details"],
  ["kit/one", "kit/other"],
  ["kit/other", "kit/one"],
];

const ALLOWED: [string, string][] = [
  ...ROOMS.slice(0, -1).flatMap((room, i) =>
    ROOMS.slice(0, i).map((below): [string, string] => [`${room}/free_to_${below}`, `${below}/anything`]),
  ),
  ["views/scalars/free", "views/steps/tag_sections"],
  ["views/scalars/free_cards", "views/cards/card_place"],
  ["views/steps/free", "views/cards/card_place"],
  ["views/scalars/free_view", "views/view"],
  ["shell/free", "views/registry"],
];

let copy: string;
let reported: Map<string, string[]>;

function write(file: string, imported: string): void {
  const path = join(copy, "src", `${file}.ts`);
  const target = relative(dirname(file), imported);
  mkdirSync(dirname(path), { recursive: true });
  const name = file.replace(/\W/gu, "_");
  const from = target.startsWith(".") ? target : `./${target}`;
  writeFileSync(path, `import { value } from "${from}";\n\nexport const ${name} = value;\n`);
}

/** The rules that each file breaks, by the file's path below src. */
function lint(): Map<string, string[]> {
  const biome = join(WEB, "node_modules", "@biomejs", "biome", "bin", "biome");
  let output: string;
  const options: ExecFileSyncOptionsWithStringEncoding = {
    ...{ cwd: copy, encoding: "utf-8", stdio: ["ignore", "pipe", "ignore"] },
  };
  try {
    output = execFileSync(
      process.execPath,
      [biome, "lint", "--reporter=json", "--max-diagnostics=none", "src"],
      options,
    );
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  const { diagnostics } = JSON.parse(output) as {
    diagnostics: { category: string; location: { path: string | { file: string } } }[];
  };
  const found = new Map<string, string[]>();
  for (const { category, location } of diagnostics) {
    const path = typeof location.path === "string" ? location.path : location.path.file;
    const file = relative("src", path).replace(/\.ts$/u, "");
    found.set(file, [...(found.get(file) ?? []), category]);
  }
  return found;
}

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "rooms-"));
  cpSync(join(WEB, "biome.json"), join(copy, "biome.json"));
  for (const [file, imported] of [...FORBIDDEN, ...ALLOWED]) write(file, imported);
  reported = lint();
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

it.each(FORBIDDEN)("%s must not import %s", (file) => {
  const rules = reported.get(file) ?? [];
  expect(rules.some((rule) => rule.endsWith("noRestrictedImports") || rule.endsWith("noImportCycles"))).toBe(
    true,
  );
});

it.each(ALLOWED)("%s may import %s", (file) => {
  expect(reported.get(file) ?? []).toEqual([]);
});
