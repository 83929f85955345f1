// @vitest-environment node

/** The page's half of one layout in two languages; `tests/contract/test_layouts.py` is the other. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { layOut } from "./layout";
import { type NestedGroup, NestedLayouts } from "./nested";

interface Case {
  name: string;
  graph: { widths: number[]; heights: number[]; starts: number[]; ends: number[] };
  layout: { x: number[]; y: number[]; size: [number, number]; way: number[]; routes: number[][] };
}

interface NestedCase {
  name: string;
  groups: {
    width: number[];
    height: number[];
    inside: number[];
    start: number[];
    end: number[];
    kind: number[];
    words: number[];
    is_aside: boolean[];
    is_hidden: boolean[];
    title_width: number;
  }[];
  layouts: (Case["layout"] & { ports: number[][] })[];
}

function read<Cases>(file: string): Cases {
  return JSON.parse(readFileSync(new URL(`../../../../tests/contract/${file}`, import.meta.url), "utf8"));
}

const CASES = read<Case[]>("layouts.json");
const NESTED = read<NestedCase[]>("nested_layouts.json");

function expectNear(found: ArrayLike<number>, expected: number[], what: string): void {
  expect(found.length, what).toBe(expected.length);
  expected.forEach((number, i) => {
    expect(Math.abs(found[i] - number), `${what}, ${i}`).toBeLessThan(1e-6);
  });
}

describe("the layout of the page and that of Python", () => {
  it.each(CASES)("have the same coordinates: $name", ({ graph, layout }) => {
    const found = layOut(
      { width: Float64Array.from(graph.widths), height: Float64Array.from(graph.heights) },
      { from: Int32Array.from(graph.starts), to: Int32Array.from(graph.ends) },
    );
    expectNear(found.x, layout.x, "x");
    expectNear(found.y, layout.y, "y");
    expectNear([found.width, found.height], layout.size, "size");
    expect([...found.way]).toEqual(layout.way);
    layout.routes.forEach((route, edge) => {
      const points = found.points.subarray(2 * found.starts[edge], 2 * found.starts[edge + 1]);
      expectNear(points, route, `edge ${edge}`);
    });
  });

  it.each(NESTED)("have the same coordinates: $name", ({ groups, layouts }) => {
    const given = groups.map(
      (group, place): NestedGroup => ({
        id: `${place}`,
        width: Float64Array.from(group.width),
        height: Float64Array.from(group.height),
        inside: Int32Array.from(group.inside),
        from: Int32Array.from(group.start),
        to: Int32Array.from(group.end),
        kind: Int32Array.from(group.kind),
        words: Float64Array.from(group.words),
        isAside: Uint8Array.from(group.is_aside, Number),
        isHidden: Uint8Array.from(group.is_hidden, Number),
        titleWidth: group.title_width,
      }),
    );
    new NestedLayouts().of(given).forEach((found, place) => {
      const { x, y, size, way, routes, ports } = layouts[place];
      expectNear(found.x, x, "x");
      expectNear(found.y, y, "y");
      expectNear([found.width, found.height], size, "size");
      expect([...found.way]).toEqual(way);
      routes.forEach((route, edge) => {
        const points = found.points.subarray(2 * found.starts[edge], 2 * found.starts[edge + 1]);
        expectNear(points, route, `edge ${edge}`);
      });
      expect(found.ports.length).toBe(ports.length);
      ports.forEach((port, i) => {
        const { isOut, kind, x: at, y: down } = found.ports[i];
        expectNear([Number(isOut), kind, at, down], port, `port ${i}`);
      });
    });
  });
});
