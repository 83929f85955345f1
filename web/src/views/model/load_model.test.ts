// @vitest-environment happy-dom
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Catalogue } from "../../api/catalogue";
import type { ModelOutline, RecordedModel } from "../../api/model";
import { changePage } from "../../state/page";
import { catalogue } from "../../state/server";
import { followModels, graphProblem, listProblem, waitingFor } from "./load_model";
import { outlineOf } from "./model_fixture";
import { changeModel } from "./model_link";
import { choice, opened, outline } from "./model_state";
import { models } from "./shown_graph";

const MODEL: RecordedModel = {
  ...{ run: "r0", graph: "aaaaaaaaaaaa", source: "trace", title: "Net", tag: "model", nodes: 9 },
  ...{ bytes: 10, recorded: [1], phases: ["forward"], problem: "" },
};
let listed: RecordedModel[] = [];
let outlines: Record<string, ModelOutline | string> = {};
let asked: string[] = [];

function logAt(revision: number): void {
  const run = { id: "r0", name: "one", points: 0, kinds: { cutaway_model: revision } };
  catalogue.value = { tags: [], runs: [run] } as unknown as Catalogue;
}

// One clock for all: the list is asked for at most so often.
vi.useFakeTimers();
followModels();

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", async (path: string) => {
    const [route, query] = path.replace("./api/", "").split("?");
    const graph = new URLSearchParams(query).get("graph") ?? "";
    asked.push(`${route} ${graph}`.trim());
    if (route === "models") return new Response(JSON.stringify({ models: listed }));
    const found = outlines[graph];
    if (found instanceof Object) return new Response(JSON.stringify(found));
    return new Response(JSON.stringify({ error: found }), { status: 422 });
  });
});

afterEach(() => {
  changePage({ page: "" });
  changeModel({ run: null, graph: null });
  vi.unstubAllGlobals();
});

afterAll(() => {
  vi.useRealTimers();
});

it("asks for nothing before the view is looked at, then for the list and one outline", async () => {
  listed = [MODEL];
  outlines = { aaaaaaaaaaaa: outlineOf() };
  logAt(1);
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked).toEqual([]);
  changePage({ page: "model" });
  expect(waitingFor.value).toBe("list");
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked).toEqual(["models", "model aaaaaaaaaaaa"]);
  expect([outline.value?.title, choice.value?.graph, waitingFor.value]).toEqual([
    "Net",
    "aaaaaaaaaaaa",
    null,
  ]);
  expect(opened.value.has(0)).toBe(true);
});

it("lists again what is recorded again, and keeps the picture of what has not changed", async () => {
  changePage({ page: "model" });
  await vi.advanceTimersByTimeAsync(5000);
  const before = outline.value;
  asked = [];
  listed = [{ ...MODEL, recorded: [1, 2] }];
  logAt(2);
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked).toEqual(["models"]);
  expect(models.value?.[0].recorded).toEqual([1, 2]);
  expect(outline.value).toBe(before);
});

it("keeps the old picture until the new one is there, and where that cannot be read", async () => {
  changePage({ page: "model" });
  await vi.advanceTimersByTimeAsync(5000);
  listed = [MODEL, { ...MODEL, graph: "bbbbbbbbbbbb" }];
  outlines = { ...outlines, bbbbbbbbbbbb: "It is cut off." };
  logAt(3);
  await vi.advanceTimersByTimeAsync(5000);
  changeModel({ graph: "bbbbbbbbbbbb" });
  expect([waitingFor.value, outline.value?.graph]).toEqual(["graph", "aaaaaaaaaaaa"]);
  await vi.advanceTimersByTimeAsync(5000);
  expect([graphProblem.value, outline.value?.graph]).toEqual(["It is cut off.", "aaaaaaaaaaaa"]);
  changeModel({ graph: "aaaaaaaaaaaa" });
  await vi.advanceTimersByTimeAsync(5000);
  expect(graphProblem.value).toBe("");
});

it("says of one that is listed as unreadable why, without asking for it", async () => {
  changePage({ page: "model" });
  listed = [MODEL, { ...MODEL, graph: "cccccccccccc", problem: "It is not a graph." }];
  logAt(4);
  await vi.advanceTimersByTimeAsync(5000);
  asked = [];
  changeModel({ graph: "cccccccccccc" });
  await vi.advanceTimersByTimeAsync(5000);
  expect([asked, graphProblem.value, listProblem.value]).toEqual([[], "It is not a graph.", ""]);
});
