// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Catalogue } from "../api/catalogue";
import { modulePaths, startModulePaths } from "./module_paths";
import { catalogue } from "./server";

const MODELS = [
  { run: "r0", graph: "aa", source: "trace", phases: ["forward"], problem: "" },
  // The same model in another run, one that cannot be read, and a graph of operations.
  { run: "r1", graph: "aa", source: "trace", phases: ["forward"], problem: "" },
  { run: "r1", graph: "bb", source: "trace", phases: ["forward"], problem: "it is damaged" },
  { run: "r1", graph: "cc", source: "graph_def", phases: ["forward"], problem: "" },
];
const PATHS = ["", "encoder", "encoder.attn", "encoder.attn", "encoder"];
const asked: string[] = [];
let isGone = false;

function known(kinds: Record<string, number>): void {
  catalogue.value = { runs: [{ id: "r0", kinds }], tags: [] } as unknown as Catalogue;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path.replace(/\?.*graph=(\w+).*/u, " $1"));
    if (isGone) throw new TypeError("gone");
    return Response.json(path.includes("models") ? { models: MODELS } : { groups: { path: PATHS } });
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  asked.length = 0;
});

it("reads the paths of each model once, when the page is at rest and again where more were recorded", async () => {
  const stop = startModulePaths();
  known({ scalars: 3 });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([]);
  known({ scalars: 3, cutaway_model: 1 });
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual(["./api/models", "./api/model aa"]);
  expect(modulePaths.value).toEqual(["encoder", "encoder.attn"]);
  // Points that come are nothing new.
  known({ scalars: 4, cutaway_model: 1 });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveLength(2);
  isGone = true;
  known({ scalars: 4, cutaway_model: 2 });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveLength(3);
  expect(modulePaths.value).toEqual(["encoder", "encoder.attn"]);
  stop();
});
