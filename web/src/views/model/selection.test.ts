// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Catalogue } from "../../api/catalogue";
import type { ModelDetails, ModelPart } from "../../api/model";
import { catalogue } from "../../state/server";
import { changeSubject } from "../../state/subject";
import { details } from "./load_details";
import { take } from "./load_model";
import { outlineOf, partWith } from "./model_fixture";
import { changeModel, modelFields } from "./model_link";
import { choice, foundPlace, opened, outline, search, selected, sought } from "./model_state";
import {
  followSelection,
  goToFound,
  groupOfKey,
  groupOfSubject,
  nodeName,
  nodeNamed,
  select,
} from "./selection";

const CHOICE = { run: "r0", graph: "aaaaaaaaaaaa", phase: "forward" } as const;
let answers: ((part: ModelPart) => void)[] = [];

followSelection();

beforeEach(() => {
  answers = [];
  vi.stubGlobal(
    "fetch",
    () => new Promise((resolve) => answers.push((part) => resolve({ ok: true, json: async () => part }))),
  );
  const tag = { id: "t", name: "weights/encoder.1/kernel", kind: "histograms", runs: ["r0"] };
  catalogue.value = { tags: [tag], runs: [] } as unknown as Catalogue;
});

afterEach(() => {
  outline.value = null;
  choice.value = null;
  selected.value = null;
  changeModel({ selected: null });
  changeSubject({ subject: "" });
  vi.unstubAllGlobals();
});

it("is a group's key in the link", () => {
  take(CHOICE, outlineOf());
  select({ group: 4 });
  expect(modelFields.selected).toBe("encoder.1");
  select(null);
  expect(modelFields.selected).toBe(null);
});

it("is found again in another graph, and what is around it is opened", () => {
  changeModel({ selected: "encoder.1" });
  take(CHOICE, outlineOf());
  expect([selected.value, modelFields.selected]).toEqual([{ group: 4 }, "encoder.1"]);
  expect(opened.value.has(1)).toBe(true);
  expect(sought.value).toEqual({ thing: { group: 4 }, groups: [0, 1] });
});

it("goes with Back and Forward", () => {
  take(CHOICE, outlineOf());
  select({ group: 4 });
  changeModel({ selected: "head" });
  expect(selected.value).toEqual({ group: 2 });
  changeModel({ selected: null });
  expect(selected.value).toBe(null);
});

it("is kept in the link where the graph has no such thing, until something else is selected", () => {
  changeModel({ selected: "decoder.9" });
  take(CHOICE, outlineOf());
  expect(selected.value).toBe(null);
  expect(groupOfKey(outlineOf().groups.key, "decoder.9").group).toBe(-1);
});

it("is a node's name behind the key of its group, which is read when its details are there", async () => {
  take(CHOICE, outlineOf());
  select({ node: 5 });
  expect(modelFields.selected).toBe(null);
  const known = { name: "relu", key: "encoder.1/relu", groups: [0, 1, 4], group: -1, node: 5 };
  details.value = { thing: { node: 5 }, details: known as unknown as ModelDetails, problem: "" };
  // Whether another node of the group has this name is known when its part is there.
  expect(modelFields.selected).toBe(null);
  await vi.waitFor(() => expect(answers.length).toBe(1));
  answers[0](partWith(["linear", "relu"], 4));
  await vi.waitFor(() => expect(modelFields.selected).toBe("encoder.1/relu"));
  // Another page with this link has no numbers.
  outline.value = null;
  take(CHOICE, outlineOf());
  expect([selected.value, modelFields.selected]).toEqual([null, "encoder.1/relu"]);
  await vi.waitFor(() => expect(answers.length).toBe(2));
  answers[1](partWith(["linear", "relu"], 4));
  await vi.waitFor(() => expect(selected.value).toEqual({ node: 5 }));
  expect(sought.value).toEqual({ thing: { node: 5 }, groups: [0, 1, 4] });
});

it("tells nodes of one name in a group apart", () => {
  const part = partWith(["add", "relu", "add", "add~9"], 4);
  expect([4, 6, 5].map((node) => nodeName(part, node, part.boxes.name[node - 4]))).toEqual([
    ...["add", "add~2", "relu"],
  ]);
  expect(["add", "add~2", "relu", "add~3", "add~9", "mul"].map((name) => nodeNamed(part, name))).toEqual([
    ...[4, 6, 5, -1, 7, -1],
  ]);
});

it("takes the longest group of a key", () => {
  const keys = ["", "a", "a/b", "a/b/c"];
  expect(groupOfKey(keys, "a/b/c")).toEqual({ group: 3, name: "" });
  expect(groupOfKey(keys, "a/b/x/y")).toEqual({ group: 2, name: "x/y" });
  expect(groupOfKey(keys, "/Mul")).toEqual({ group: 0, name: "Mul" });
  expect(groupOfKey(keys, "Mul")).toEqual({ group: -1, name: "" });
});

it("follows the page's subject to the group that it is about", () => {
  expect(groupOfSubject(outlineOf(), "encoder.1")).toBe(4);
  expect(groupOfSubject(outlineOf(), "encoder/1")).toBe(4);
  expect(groupOfSubject(outlineOf(), "train/loss")).toBe(-1);
  take(CHOICE, outlineOf());
  changeSubject({ subject: "encoder/1" });
  expect(selected.value).toEqual({ group: 4 });
  changeSubject({ subject: "train/loss" });
  expect(selected.value).toEqual({ group: 4 });
});

it("goes through what was found, from the last one to the first", () => {
  take(CHOICE, outlineOf());
  const found = [
    { group: 4, node: -1, name: "1", type: "Linear", key: "encoder.1", groups: [0, 1] },
    { group: -1, node: 7, name: "add", type: "aten.add", key: "add", groups: [0] },
  ];
  search.value = { count: 2, found, problem: "" };
  foundPlace.value = -1;
  const places: unknown[] = [];
  for (const step of [1, 1, 1, -1] as const) {
    goToFound(step);
    places.push([foundPlace.value, selected.value]);
  }
  expect(places).toEqual([
    [0, { group: 4 }],
    [1, { node: 7 }],
    [0, { group: 4 }],
    [1, { node: 7 }],
  ]);
  search.value = null;
  goToFound(1);
  expect(selected.value).toEqual({ node: 7 });
});
