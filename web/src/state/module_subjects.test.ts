// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import type { Catalogue } from "../api/catalogue";
import { destinationsOf } from "./going";
import { groupPaths, moduleSubjects, nearestModule, wantModules } from "./module_subjects";
import { kindViews } from "./page";
import { catalogue } from "./server";

afterEach(() => vi.unstubAllGlobals());

it("finds the deepest module that is the subject or around it", () => {
  const modules = ["decoder", "decoder/3", "decoder/3/attn", "head"];
  expect(nearestModule("decoder/3/attn/query", modules)).toBe("decoder/3/attn");
  expect(nearestModule("decoder/3", modules)).toBe("decoder/3");
  expect(nearestModule("decoder/31", modules)).toBe("decoder");
  expect(nearestModule("train/loss", modules)).toBe("");
});

it("are a destination of subjects when they are known, and asked for once", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path.split("?")[0]);
    const model = { run: "r0", graph: "a", phases: ["forward"], problem: "" };
    const answer = path.includes("models")
      ? { models: [model, { ...model, run: "r1" }, { ...model, graph: "b", problem: "broken" }] }
      : { groups: { path: ["", "decoder", "decoder.3", "decoder.3.attn"] } };
    return new Response(JSON.stringify(answer));
  });
  kindViews.value = [
    { kind: "scalars", title: "Scalars", view: "scalars" },
    {
      ...{ kind: "cutaway_model", title: "Model", view: "model" },
      kindsOfModules: ["cutaway_model", "graph"],
    },
  ];
  const tags = ["grad_norm/decoder.3.weight", "loss"].map((name) => ({
    id: name,
    name,
    kind: "scalars",
    runs: [],
  }));
  const run = { id: "r0", name: "a", kinds: { graph: 3 } };
  catalogue.value = { tags, runs: [run] } as unknown as Catalogue;
  // Without a graph in the log there is nothing to go to.
  expect(destinationsOf("decoder.3").map(({ view }) => view)).toEqual(["scalars"]);
  const graph = { id: "g", name: "", kind: "graph", runs: ["r0"] };
  catalogue.value = { tags: [...tags, graph], runs: [run] } as unknown as Catalogue;
  const nearest = (): (string | undefined)[] => destinationsOf("decoder.3").map((each) => each.nearest);
  // Nothing says here that the dot splits.
  expect(nearest()).toEqual(["decoder.3", ""]);
  wantModules();
  wantModules();
  await vi.waitFor(() => expect(groupPaths.value.length).toBe(3));
  expect(asked).toEqual(["./api/models", "./api/model"]);
  expect(moduleSubjects.value).toContain("decoder.3");
  expect(nearest()).toEqual(["decoder.3", "decoder.3"]);
});
