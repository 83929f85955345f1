import { describe, expect, it } from "vitest";
import { type ModelPart, NODE_KIND } from "../../api/model";
import { SvgPen } from "../svg";
import { GRAPH_COLOURS } from "./colours";
import { drawGraph, type GraphStyle, type Sight } from "./draw_graph";
import { graphSvg } from "./graph_svg";
import { morphOf } from "./morph";
import { NestedLayouts } from "./nested";
import { chainOf, partOf } from "./part_fixture";
import { boxAt, keyOf, placesOf, planOf, rectOf, rectOfFrame, type Scene, sceneOf, thingOf } from "./scene";

function made(parts: readonly ModelPart[], options = {}): Scene {
  const plan = planOf({
    parts: new Map(parts.map((part) => [part.group, part])),
    ...{ title: "Net", hasControls: false, hasAsides: true, words: { tucked: "weight" }, ...options },
  });
  const scene = sceneOf(plan, new NestedLayouts().of(plan.groups));
  if (scene === null) throw new Error("nothing was made");
  return scene;
}

const STYLE: GraphStyle = {
  colours: GRAPH_COLOURS.light,
  lookOf: () => ({ colour: null, bar: null, text: "" }),
  noteOf: () => "",
  lit: null,
};

function whole(scene: Scene, scale = 1): Sight {
  return { ...rectOfFrame(scene.root), scale, detail: "all", morph: null };
}

const INPUT = { name: "0", type: "input", kind: NODE_KIND.input, node: 900 };
const ROOT = partOf(
  0,
  [INPUT, { name: "encoder", type: "Encoder", group: 1 }, { name: "head", type: "Linear", group: 2 }],
  [
    { start: 0, end: 1, shape: [-1, 8] },
    { start: 1, end: 2, shape: [2, 768], edges: 2 },
    { start: 0, end: 2, controls: 1 },
  ],
);
const ENCODER = partOf(
  1,
  [
    { name: "linear", type: "aten.linear.default", tucked: 2 },
    { name: "0", type: "Layer", group: 3, repeats: 12 },
    { name: "summary", kind: NODE_KIND.auxiliary },
  ],
  [
    { start: -1, end: 0, shape: [-1, 8] },
    { start: -1, end: 0, tucked: 2 },
    { start: 0, end: 1, shape: [2, 768] },
    { start: 1, end: -1, shape: [2, 768] },
    { start: 1, end: 2, shape: [2, 768] },
  ],
);

describe("a scene", () => {
  it("has an opened group in its box, and finds each box by its middle", () => {
    const scene = made([ROOT, ENCODER]);
    expect(scene.boxes).toBe(6);
    for (const [key, place] of placesOf(scene)) {
      const { x, y, width, height } = rectOf(place.frame, place.box);
      const isOpen = place.frame.inside.has(place.box);
      const found = boxAt(scene, x + width / 2, isOpen ? y + 4 : y + height / 2);
      expect(found === null ? null : keyOf(thingOf(found))).toBe(key);
    }
    expect(boxAt(scene, -5, -5)).toBeNull();
  });

  it("leaves out what stands aside, where nobody wants to see it", () => {
    const scene = made([ROOT, ENCODER], { hasAsides: false });
    expect(scene.boxes).toBe(5);
    expect(graphSvg(scene, whole(scene), STYLE, NOTHING, "Net")).not.toContain("summary");
  });

  it("has lines for dependencies only where they are asked for", () => {
    const lines = (hasControls: boolean): number =>
      graphSvg(made([ROOT], { hasControls }), whole(made([ROOT])), STYLE, NOTHING, "Net").split("dasharray")
        .length;
    expect(lines(true)).toBe(lines(false) + 1);
  });

  it("keeps names of groups beyond what can be opened together in order", () => {
    // Ten thousand groups in each other: no recursion.
    const parts = Array.from({ length: 10_000 }, (_, i) =>
      partOf(i, [{ name: `g${i + 1}`, group: i + 1 }], []),
    );
    expect(made(parts).frames).toHaveLength(10_000);
  });
});

const NOTHING = { selected: null, hovered: null, found: [], current: null };

describe("the drawing", () => {
  it("says names, classes, shapes, what is tucked in and how often boxes repeat", () => {
    const scene = made([ROOT, ENCODER]);
    const svg = graphSvg(scene, whole(scene), STYLE, NOTHING, "Net & more");
    for (const words of [
      "input 0",
      "▾ encoder",
      "Encoder",
      "linear",
      "2 weights",
      "× 12",
      "?×8",
      "2×768 (×2)",
    ])
      expect(svg).toContain(`>${words}<`);
    expect(svg).toContain("<title>Net &amp; more</title>");
    expect(svg).not.toContain("NaN");
  });

  it("is the same for the same parts", () => {
    const draw = (): string => {
      const scene = made([ROOT, ENCODER]);
      return graphSvg(scene, whole(scene), STYLE, { ...NOTHING, selected: "g1", found: ["g2"] }, "Net");
    };
    expect(draw()).toBe(draw());
  });

  it("leaves out what is out of sight, and words that could not be read", () => {
    const scene = made([chainOf(0, 10_000)]);
    const near = new SvgPen();
    const sight = { x: 0, y: 50_000, width: 800, height: 600, scale: 1, detail: "all", morph: null } as const;
    expect(drawGraph(near, scene, sight, STYLE)).toBeLessThan(20);
    const far = new SvgPen();
    expect(drawGraph(far, scene, { ...whole(scene, 0.002), detail: "all" }, STYLE)).toBeGreaterThan(300);
    expect(far.elements.filter((element) => element.startsWith("<text"))).toEqual([]);
    expect(far.elements.length).toBeGreaterThan(300);
    expect(far.elements.length).toBeLessThan(2000);
  });

  it("writes no two labels over each other", () => {
    const fan = partOf(
      0,
      Array.from({ length: 9 }, (_, i) => ({ name: `op${i}` })),
      Array.from({ length: 8 }, (_, i) => ({ start: 0, end: i + 1, shape: [1000 + i, 1000, 1000] })),
    );
    const { labels } = made([fan]).root;
    expect(labels.length).toBeGreaterThan(1);
    labels.forEach((one, i) => {
      for (const other of labels.slice(i + 1))
        expect(one.y !== other.y || one.x > other.x + other.width || other.x > one.x + one.width).toBe(true);
    });
  });

  it("names the other end where a line has no lane", () => {
    const boxes = Array.from({ length: 100 }, (_, i) => ({ name: `op${i}` }));
    const chain = Array.from({ length: 99 }, (_, i) => ({ start: i, end: i + 1 }));
    const skips = Array.from({ length: 30 }, (_, i) => ({ start: i, end: 99 - i }));
    const { portals } = made([partOf(0, boxes, [...chain, ...skips])]).root;
    expect(portals.length).toBe(2 * 18);
    for (const { text, at, to } of portals) expect(text).toBe(`${at < to ? "→" : "←"} op${to}`);
  });

  it("has boxes on their way from where they were, new ones out of their group", () => {
    const before = made([ROOT]);
    const after = made([ROOT, ENCODER]);
    const old = rectOf(before.root, 1);
    const encoder = after.frames[1];
    const begin = morphOf(before, after, 5, 7, 0);
    expect(begin.frame(encoder)).toEqual({ ...old, x: old.x + 5, y: old.y + 7 });
    const inner = begin.box(encoder, 0);
    expect(inner.x).toBeGreaterThanOrEqual(old.x + 5);
    expect(inner.x + inner.width).toBeLessThanOrEqual(old.x + 5 + old.width + 1e-9);
    const end = morphOf(before, after, 5, 7, 1);
    expect(end.box(encoder, 0)).toEqual(rectOf(encoder, 0));
  });
});
