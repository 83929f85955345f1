import { describe, expect, it } from "vitest";
import { randomNumbers } from "../../kit/random_fixture";
import type { Boxes, Edges, Layout } from "./graph";
import { WAY } from "./graph";
import { layOut, SPACE } from "./layout";

function graph(count: number, pairs: readonly (readonly [number, number])[], seed = 1): [Boxes, Edges] {
  const random = randomNumbers(seed);
  return [
    {
      width: Float64Array.from({ length: count }, () => 40 + Math.floor(random() * 80)),
      height: Float64Array.from({ length: count }, () => 20 + Math.floor(random() * 60)),
    },
    { from: Int32Array.from(pairs, ([from]) => from), to: Int32Array.from(pairs, ([, to]) => to) },
  ];
}

function randomGraph(seed: number): [Boxes, Edges] {
  const random = randomNumbers(seed);
  const count = 1 + Math.floor(random() * 40);
  const length = Math.floor(random() * 3 * count);
  const isAcyclic = random() < 0.7;
  const pairs: [number, number][] = [];
  for (let i = 0; i < length; i++) {
    const one = Math.floor(random() * count);
    const other = Math.floor(random() * count);
    if (!isAcyclic) pairs.push([one, other]);
    else if (one !== other) pairs.push([Math.min(one, other), Math.max(one, other)]);
  }
  return graph(count, pairs, seed);
}

/** Straight pieces of a route: curves as they are drawn, in 16 pieces. */
function* piecesOf({ starts, points }: Layout, edge: number): Generator<[number, number, number, number]> {
  for (let i = starts[edge]; i < starts[edge + 1] - 1; i++) {
    const [x0, y0, x1, y1] = points.subarray(2 * i, 2 * i + 4);
    if ((i - starts[edge]) % 2 === 0) {
      yield [x0, y0, x1, y1];
      continue;
    }
    const isTurn = y0 === y1;
    const isFirst = i === starts[edge] + 1;
    const turn = isTurn ? (isFirst ? SPACE.rows : -SPACE.rows) : 0;
    const at = (t: number): [number, number] => {
      const s = 1 - t;
      const [a, b, c, d] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
      const middle = (y0 + y1) / 2;
      const [up, down] = isTurn ? [y0 + turn, y1 + turn] : [middle, middle];
      return [a * x0 + b * x0 + c * x1 + d * x1, a * y0 + b * up + c * down + d * y1];
    };
    for (let step = 0; step < 16; step++) yield [...at(step / 16), ...at((step + 1) / 16)];
  }
}

/** What is wrong with a layout, in words. */
function faultsOf([boxes, edges]: [Boxes, Edges], found: Layout): string[] {
  const faults: string[] = [];
  const count = boxes.width.length;
  const { x, y } = found;
  const right = x.map((left, box) => left + boxes.width[box]);
  const bottom = y.map((top, box) => top + boxes.height[box]);
  for (let one = 0; one < count; one++) {
    const isInside = x[one] > -1e-6 && y[one] >= 0 && right[one] < found.width + 1e-6;
    if (!isInside || bottom[one] > found.height + 1e-6) faults.push(`box ${one} is outside`);
    for (let other = 0; other < one; other++) {
      const isApart =
        right[one] <= x[other] ||
        right[other] <= x[one] ||
        bottom[one] <= y[other] ||
        bottom[other] <= y[one];
      if (!isApart) faults.push(`boxes ${one} and ${other} overlap`);
    }
  }
  for (let edge = 0; edge < edges.from.length; edge++) {
    if (found.way[edge] === WAY.portal) continue;
    for (const [x0, y0, x1, y1] of piecesOf(found, edge)) {
      for (let box = 0; box < count; box++) {
        const isBeside = Math.max(x0, x1) <= x[box] + 1e-6 || Math.min(x0, x1) >= right[box] - 1e-6;
        const isAbove = Math.max(y0, y1) <= y[box] + 1e-6 || Math.min(y0, y1) >= bottom[box] - 1e-6;
        if (!isBeside && !isAbove) faults.push(`edge ${edge} runs through box ${box}`);
      }
    }
    const [first, last] = [2 * found.starts[edge], 2 * found.starts[edge + 1] - 2];
    const { from, to } = { from: edges.from[edge], to: edges.to[edge] };
    const { points } = found;
    if (points[first + 1] !== bottom[from] || points[first] <= x[from] || points[first] >= right[from])
      faults.push(`edge ${edge} does not begin at its box`);
    if (points[last + 1] !== y[to] || points[last] <= x[to] || points[last] >= right[to])
      faults.push(`edge ${edge} does not end at its box`);
  }
  return faults;
}

/** Edges whose lines are one for a while, or meet a box at one place; those from one box may share a lane. */
function linesInOne([, { from, to }]: [Boxes, Edges], { starts, points, way }: Layout): string[] {
  const found: string[] = [];
  const pieces: { edge: number; x: number; top: number; bottom: number }[] = [];
  const ends = new Map<string, number>();
  for (let edge = 0; edge < way.length; edge++) {
    const last = starts[edge + 1] - 1;
    if (last < starts[edge]) continue;
    for (const end of [
      `below ${from[edge]}: ${points[2 * starts[edge]]}`,
      `above ${to[edge]}: ${points[2 * last]}`,
    ]) {
      if (ends.has(end)) found.push(`edges ${ends.get(end)} and ${edge} meet ${end}`);
      ends.set(end, edge);
    }
    for (let i = starts[edge]; i < last; i += 2) {
      const [x, one, , other] = points.subarray(2 * i, 2 * i + 4);
      pieces.push({ edge, x, top: Math.min(one, other), bottom: Math.max(one, other) });
    }
  }
  pieces.sort((one, other) => one.x - other.x);
  pieces.forEach((one, i) => {
    for (const other of pieces.slice(i + 1)) {
      if (other.x - one.x > 0.5) break;
      const isInLane = way[one.edge] !== WAY.through && from[one.edge] === from[other.edge];
      const isBeside = Math.min(one.bottom, other.bottom) > Math.max(one.top, other.top);
      if (one.edge !== other.edge && isBeside && !isInLane)
        found.push(`edges ${one.edge} and ${other.edge} are one line`);
    }
  });
  return found;
}

describe("layOut", () => {
  it("has boxes that do not overlap, and edges that run through none, for 1,000 graphs", () => {
    for (let seed = 0; seed < 1000; seed++) {
      const given = randomGraph(seed);
      expect(faultsOf(given, layOut(...given)), `seed ${seed}`).toEqual([]);
    }
  });

  it("is the same for the same graph", () => {
    const given = randomGraph(7);
    expect(layOut(...given)).toEqual(layOut(...given));
  });

  it("puts a chain below each other, on one line", () => {
    const [boxes, edges] = graph(4, [
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    const { x, y, way } = layOut(boxes, edges);
    const middles = Array.from(x, (left, i) => left + boxes.width[i] / 2);
    for (const middle of middles) expect(middle).toBeCloseTo(middles[0], 6);
    expect([...y]).toEqual([...y].sort((one, other) => one - other));
    expect([...way]).toEqual([WAY.through, WAY.through, WAY.through]);
  });

  it("has the boxes of a U-Net on one line, and each skip on another", () => {
    const chain: [number, number][] = Array.from({ length: 11 }, (_, i) => [i, i + 1]);
    const skips: [number, number][] = [1, 2, 3, 4].map((i) => [i, 10 - i]);
    const [boxes, edges] = graph(12, [...chain, ...skips]);
    const { x, starts, points } = layOut(boxes, edges);
    const middles = Array.from(x, (left, i) => left + boxes.width[i] / 2);
    for (const middle of middles) expect(middle).toBeCloseTo(middles[0], 6);
    const places = skips.map((_, i) => {
      const inner = points
        .subarray(2 * starts[11 + i] + 4, 2 * starts[12 + i] - 4)
        .filter((_, j) => j % 2 === 0);
      expect(new Set(inner).size).toBe(1);
      return inner[0];
    });
    // What is nested is drawn nested.
    expect(places).toEqual([...places].sort((one, other) => other - one));
  });

  it("does not go aside more and more where edges leave boxes beside their middles", () => {
    const count = 60;
    const boxes: Boxes = {
      width: new Float64Array(count).fill(100),
      height: new Float64Array(count).fill(30),
    };
    const edges: Edges = {
      from: Int32Array.from({ length: count - 1 }, (_, i) => i),
      to: Int32Array.from({ length: count - 1 }, (_, i) => i + 1),
      fromX: new Float64Array(count - 1).fill(30),
      toX: new Float64Array(count - 1).fill(0),
    };
    expect(layOut(boxes, edges).width).toBeLessThanOrEqual(200);
  });

  it("has lines that can be told from each other, for 300 graphs", () => {
    for (let seed = 0; seed < 300; seed++) {
      const given = randomGraph(seed);
      expect(linesInOne(given, layOut(...given)), `seed ${seed}`).toEqual([]);
    }
  });

  it("takes a long skip past the boxes between", () => {
    const pairs: [number, number][] = Array.from({ length: 40 }, (_, i) => [i, i + 1]);
    const { way } = layOut(...graph(41, [...pairs, [0, 40]]));
    expect(way[40]).toBe(WAY.lane);
  });

  it("turns what has no lane left into portals", () => {
    const chain: [number, number][] = Array.from({ length: 99 }, (_, i) => [i, i + 1]);
    const skips: [number, number][] = Array.from({ length: 30 }, (_, i) => [i, 99 - i]);
    const { way, starts } = layOut(...graph(100, [...chain, ...skips]));
    const portals = [...way].filter((each) => each === WAY.portal);
    expect(portals.length).toBe(30 - 12);
    for (let edge = 0; edge < way.length; edge++)
      expect(starts[edge + 1] === starts[edge]).toBe(way[edge] === WAY.portal);
  });

  it("draws the edge that closes a loop upwards, and only that one", () => {
    const { way, y } = layOut(
      ...graph(4, [
        [0, 1],
        [1, 2],
        [2, 1],
        [2, 3],
        [3, 3],
      ]),
    );
    expect([...way]).toEqual([WAY.through, WAY.through, WAY.back, WAY.through, WAY.back]);
    expect(y[2]).toBeGreaterThan(y[1]);
  });

  it("sorts boxes that do not come in the order of execution", () => {
    const { y, way } = layOut(
      ...graph(3, [
        [2, 1],
        [1, 0],
      ]),
    );
    expect([...way]).toEqual([WAY.through, WAY.through]);
    expect(y[2]).toBeLessThan(y[1]);
    expect(y[1]).toBeLessThan(y[0]);
  });

  it("packs boxes without edges into rows", () => {
    const { width, height } = layOut(...graph(100, []));
    expect(width / height).toBeGreaterThan(0.5);
    expect(width / height).toBeLessThan(6);
  });

  it("has a place for nothing", () => {
    expect(layOut(...graph(0, []))).toMatchObject({ width: 0, height: 0 });
  });

  it("is not deep for a chain of 100,000", () => {
    const pairs: [number, number][] = Array.from({ length: 99_999 }, (_, i) => [i, i + 1]);
    expect(layOut(...graph(100_000, pairs)).y[99_999]).toBeGreaterThan(1_000_000);
  });
});
