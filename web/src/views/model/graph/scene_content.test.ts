import { afterEach, expect, it, vi } from "vitest";
import { outlineOf, partWith } from "../model_fixture";
import { choice, opened, outline, partOf } from "../model_state";
import { knownParts } from "./scene_content";

const OUTLINE = outlineOf();
let graph = 0;
/** How each part that was asked for is answered, by its group. */
let answers: Map<number, (answer: object) => void>;

function begin(open: readonly number[]): void {
  answers = new Map();
  vi.stubGlobal("fetch", (address: string) => {
    const group = Number(new URLSearchParams(address.split("?")[1]).get("group"));
    return new Promise((resolve) => answers.set(group, resolve));
  });
  // Parts are kept by their graph.
  choice.value = { run: "r0", graph: `${graph++}`.padStart(12, "a"), phase: "forward" };
  outline.value = OUTLINE;
  opened.value = new Set(open);
}

async function answer(group: number, status: "there" | "gone"): Promise<void> {
  const inside = { 0: [1, 2], 1: [3, 4] }[group] ?? [];
  const part = { ...partWith(["add"], 10 * group, inside), group };
  if (status === "gone")
    answers.get(group)?.({ ok: false, status: 500, json: async () => ({ error: "gone" }) });
  else answers.get(group)?.({ ok: true, json: async () => part });
  await vi.waitFor(() => {
    const { part, problem } = partOf(group).peek();
    expect(part !== null || problem !== "").toBe(true);
  });
}

afterEach(() => {
  choice.value = null;
  outline.value = null;
  opened.value = new Set([0]);
  vi.unstubAllGlobals();
});

it("asks at once for all parts that are to be seen, and says which are still to come", async () => {
  begin([0, 1, 3]);
  expect(knownParts(OUTLINE, new Map())).toMatchObject({ isReading: true });
  expect([...answers.keys()].sort()).toEqual([0, 1, 3]);
  await answer(0, "there");
  expect(knownParts(OUTLINE, new Map()).isReading).toBe(true);
  await answer(1, "there");
  expect(knownParts(OUTLINE, new Map()).isReading).toBe(true);
  await answer(3, "there");
  const { content, isReading, notes } = knownParts(OUTLINE, new Map());
  expect(isReading).toBe(false);
  expect([...content.parts.keys()]).toEqual([0, 1, 3]);
  expect(notes.size).toBe(0);
});

it("waits for no part that cannot be had, nor for one inside a closed group", async () => {
  begin([0, 1, 3, 4]);
  opened.value = new Set([0, 3, 2]);
  knownParts(OUTLINE, new Map());
  expect([...answers.keys()].sort()).toEqual([0, 2]);
  await answer(0, "there");
  await answer(2, "gone");
  const { isReading, notes } = knownParts(OUTLINE, new Map());
  expect(isReading).toBe(false);
  expect([...notes.keys()]).toEqual([2]);
});
