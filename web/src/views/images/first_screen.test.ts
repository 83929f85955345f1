// @vitest-environment happy-dom

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Catalogue, Run, Tag } from "../../api/catalogue";
import { buildFrame } from "../../api/frame_fixture";
import { changeRuns } from "../../runs/runs_link";
import { changePlace } from "../../state/place";
import { catalogue, connection } from "../../state/server";
import { shownAt } from "../steps/shown_media";
import { askForFirstScreen, firstScreen, isFirstScreenComing, isOfFirstScreen } from "./first_screen";
import { changeImages } from "./image_link";
import { images, pictures } from "./image_values";

interface Asked {
  path: string;
  body: { pictures: { tag: string; run: string; at: unknown }[]; tags: string[]; runs: string[] };
  answer(buffer: ArrayBuffer): Promise<void>;
}

const asked: Asked[] = [];

function run(id: string, unread = false): Run {
  const facts = { color: 0, points: 1, revision: 1, table_revision: 0, attempts: 1, damaged_bytes: 0 };
  const times = { first_wall_time: 0, last_wall_time: 0, last_step: 0 };
  return { ...facts, ...times, id, name: `run ${id}`, kinds: { images: 1 }, unread };
}

function show(tags: number, runs: Run[]): Tag[] {
  const ids = runs.map(({ id }) => id);
  const listed = Array.from(
    { length: tags },
    (_, i): Tag => ({ id: `v${i}`, name: `tag${i}`, kind: "images", runs: ids }),
  );
  catalogue.value = { runs, tags: listed, unreadable: [], logdir: {}, loading: {} } as unknown as Catalogue;
  return listed;
}

const PICTURE = {
  ...{ status: 200, problem: "", index: 1, step: 7, wall_time: 2, bytes: 5, parts: 1 },
  ...{ media_type: "image/png", width: 1, height: 1, length: 1 },
};
const DAMAGED = { ...PICTURE, status: 422, index: null, step: null, wall_time: null, bytes: null, length: 0 };

beforeEach(() => {
  vi.stubGlobal("fetch", (path: string, { body }: { body: string }) => {
    let answer: Asked["answer"] = async () => undefined;
    const response = new Promise<Response>((resolve) => {
      answer = async (buffer) => {
        resolve(new Response(buffer));
        for (let i = 0; i < 30; i++) await new Promise((done) => setTimeout(done));
      };
    });
    asked.push({ path, body: JSON.parse(body), answer });
    return response;
  });
  vi.stubGlobal("createImageBitmap", async () => ({ width: 1, height: 1, close: () => undefined }));
  Object.assign(globalThis, { innerWidth: 1000, innerHeight: 600 });
  changeImages({ across: "runs", expanded: null, size: "small" });
});

afterEach(() => {
  vi.unstubAllGlobals();
  catalogue.value = null;
  asked.length = 0;
});

it("has the cards and cells that fit into the window, of runs that are shown and read", () => {
  show(20, [run("a"), run("b", true), run("c"), run("d")]);
  changeRuns({ selection: { base: true, exceptions: new Set(["run d"]) } });
  const { cards, cells } = firstScreen();
  for (const { runs } of cards) expect(runs.map(({ id }) => id)).toEqual(["a", "c"]);
  expect(cells.length).toBeLessThanOrEqual(cards.length);
  expect(cards.length).toBeLessThan(20);
  changeImages({ size: "large" });
  expect(firstScreen().cells.length).toBeLessThan(cells.length);
  // These have other pictures.
  changeImages({ across: "steps" });
  expect(firstScreen()).toEqual({ cards: [], cells: [] });
  changeImages({ across: "runs", expanded: "tag0" });
  expect(firstScreen()).toEqual({ cards: [], cells: [] });
});

it("asks for no more than a request has", () => {
  show(
    50,
    Array.from({ length: 40 }, (_, i) => run(`r${i}`)),
  );
  Object.assign(globalThis, { innerWidth: 5000, innerHeight: 5000 });
  const { cells } = firstScreen();
  expect(cells.flatMap(({ runs }) => runs)).toHaveLength(64);
});

it("asks once, by the place, and has the pictures when it has the values", async () => {
  askForFirstScreen();
  expect(asked).toEqual([]);
  changePlace({ place: { axis: "step", x: 9 } });
  connection.value++;
  const [a, b] = [run("a"), run("b")];
  const [tag] = show(1, [a, b]);
  expect(asked.map(({ path }) => path)).toEqual(["./api/pictures", "./api/values"]);
  const at = { axis: "step", x: 9 };
  expect(asked[0].body.pictures).toEqual(
    ["a", "b"].map((id) => ({ tag: "v0", run: id, at, part: 0, width: null })),
  );
  expect([isOfFirstScreen(tag, a), isOfFirstScreen(tag, run("c"))]).toEqual([true, false]);
  expect(isFirstScreenComing.value).toBe(true);
  const columns = ["step", "wall_time", "bytes"].map((name, i) => [
    name,
    { dtype: "f8", values: [1, 7, 1, 7].map((step) => [step, 2, 5][i]) },
  ]);
  const series = ["a", "b"].map((id) => ({
    ...{ tag: "v0", run: id, kind: "images", length: 2, at: null, value: null, problem: "" },
  }));
  await asked[1].answer(buildFrame({ revision: 1, series }, Object.fromEntries(columns)));
  expect(images.series("tag0", "run a")).toBe(null);
  await asked[0].answer(buildFrame({ pictures: [PICTURE, DAMAGED] }, { data: { dtype: "u1", values: [1] } }));
  expect(isFirstScreenComing.value).toBe(false);
  const wishes = [a, b].map((each) => {
    const found = images.series(tag.name, each.name);
    return shownAt(tag, each, found, found?.at ?? null, 0)?.key ?? "";
  });
  const load = () => new Promise<never>(() => undefined);
  const known = wishes.map((key) => pictures.want({}, { key, isFull: false, load, settle: () => undefined }));
  expect(known[0]?.media?.bytes).toBe(5);
  // What is wrong with the other its cell is told.
  expect(known[1]).toBe(null);
  show(2, [run("a"), run("b")]);
  expect(asked).toHaveLength(2);
});
