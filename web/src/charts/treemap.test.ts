import { expect, it } from "vitest";
import { randomNumbers } from "../kit/random_fixture";
import type { Rectangle } from "./draw_axes";
import { boxAt, inRows, nestedInRows, type Tree } from "./treemap";

const WITHIN: Rectangle = { left: 10, top: 20, width: 800, height: 500 };

/** Weights over many magnitudes, some of them zero. */
function randomWeights(seed: number): number[] {
  const next = randomNumbers(seed);
  const spread = next() * 8;
  return Array.from({ length: 1 + Math.floor(next() * 60) }, () =>
    next() < 0.1 ? 0 : 10 ** (next() * spread),
  );
}

function area({ width, height }: Rectangle): number {
  return width * height;
}

function shown(boxes: readonly (Rectangle | null)[]): Rectangle[] {
  return boxes.filter((box) => box !== null);
}

const SEEDS = Array.from({ length: 200 }, (_, i) => i);

it("has areas in proportion to the weights, which fill the whole", () => {
  for (const seed of SEEDS) {
    const weights = randomWeights(seed);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const boxes = inRows(weights, WITHIN);
    for (const [i, box] of boxes.entries()) {
      if (weights[i] === 0) expect(box).toBeNull();
      else expect(Math.abs(area(box as Rectangle) / area(WITHIN) - weights[i] / total)).toBeLessThan(1e-12);
    }
  }
});

it("has no two boxes over each other, and none beyond the whole", () => {
  const slack = 1e-9;
  for (const seed of SEEDS) {
    const boxes = shown(inRows(randomWeights(seed), WITHIN));
    for (const [i, one] of boxes.entries()) {
      expect(one.left).toBeGreaterThanOrEqual(WITHIN.left);
      expect(one.top).toBeGreaterThanOrEqual(WITHIN.top);
      expect(one.left + one.width).toBeLessThanOrEqual(WITHIN.left + WITHIN.width + slack);
      expect(one.top + one.height).toBeLessThanOrEqual(WITHIN.top + WITHIN.height + slack);
      for (const other of boxes.slice(i + 1)) {
        const isBeside =
          one.left + one.width <= other.left + slack || one.top + one.height <= other.top + slack;
        expect(isBeside).toBe(true);
      }
    }
  }
});

it("keeps the order: from left to right, and row by row", () => {
  for (const seed of SEEDS) {
    const boxes = shown(inRows(randomWeights(seed), WITHIN));
    for (const [i, box] of boxes.entries()) {
      const before = boxes[i - 1];
      if (before === undefined) continue;
      const isSameRow = box.top === before.top;
      expect(isSameRow ? box.left >= before.left + before.width - 1e-9 : box.top > before.top).toBe(true);
    }
  }
});

it("is the same each time, and the same for weights in another unit", () => {
  for (const seed of SEEDS.slice(0, 20)) {
    const weights = randomWeights(seed);
    expect(inRows(weights, WITHIN)).toEqual(inRows(weights, WITHIN));
    const inBits = inRows(
      weights.map((weight) => weight * 1024),
      WITHIN,
    );
    expect(inBits).toEqual(inRows(weights, WITHIN));
  }
});

it("makes a grid of equal boxes that are as wide as they should be", () => {
  const boxes = shown(inRows(Array(12).fill(5), WITHIN));
  for (const { width, height } of boxes) {
    expect(width / height).toBeGreaterThan(0.8);
    expect(width / height).toBeLessThan(3);
  }
  expect(new Set(boxes.map(({ top }) => top)).size).toBe(3);
});

it("copes with nothing, with zeros, with numbers that are none and with the largest and smallest ones", () => {
  expect(inRows([], WITHIN)).toEqual([]);
  expect(inRows([0, -1, Number.NaN, Number.POSITIVE_INFINITY], WITHIN)).toEqual([null, null, null, null]);
  expect(inRows([1, 2], { ...WITHIN, width: 0 })).toEqual([null, null]);
  expect(inRows([3], WITHIN)).toEqual([WITHIN]);
  for (const weights of [
    [Number.MAX_VALUE, Number.MAX_VALUE, Number.MAX_VALUE / 2],
    [Number.MIN_VALUE, 3 * Number.MIN_VALUE],
    [1, ...Array<number>(500).fill(1e-300)],
  ]) {
    const boxes = shown(inRows(weights, WITHIN));
    expect(boxes.length).toBe(weights.length);
    const all = boxes.reduce((sum, box) => sum + area(box), 0);
    expect(all / area(WITHIN)).toBeCloseTo(1, 9);
    for (const box of boxes) expect(Object.values(box).every(Number.isFinite)).toBe(true);
  }
});

it("lays out 20,000 boxes, equal ones and others", () => {
  const next = randomNumbers(1);
  for (const weights of [Array<number>(20_000).fill(1), Array.from({ length: 20_000 }, () => next() ** 8)]) {
    const boxes = shown(inRows(weights, WITHIN));
    expect(boxes.length).toBe(20_000);
    const all = boxes.reduce((sum, box) => sum + area(box), 0);
    expect(all / area(WITHIN)).toBeCloseTo(1, 6);
  }
  const equal = shown(inRows(Array<number>(20_000).fill(1), WITHIN));
  expect(equal.every(({ width, height }) => width / height > 0.8 && width / height < 3)).toBe(true);
});

function randomTree(seed: number): Tree {
  const next = randomNumbers(seed);
  const parents = Array.from({ length: 40 }, (_, i) => (i === 0 ? -1 : Math.floor(next() * i)));
  const children = parents.map((_, i) => parents.flatMap((parent, each) => (parent === i ? [each] : [])));
  const weight = parents.map(() => next() * 100);
  for (let i = parents.length - 1; i >= 0; i--)
    if (children[i].length > 0) weight[i] = children[i].reduce((sum, each) => sum + weight[each], 0);
  return { weight, children };
}

const roomIn = (box: Rectangle): Rectangle | null =>
  box.width < 20 || box.height < 20
    ? null
    : { left: box.left + 2, top: box.top + 12, width: box.width - 4, height: box.height - 14 };

it("nests boxes within the room that their parent has for them, in proportion to each other", () => {
  for (const seed of SEEDS.slice(0, 50)) {
    const tree = randomTree(seed);
    const placed = nestedInRows(tree, 0, WITHIN, roomIn);
    const byItem = new Map(placed.map((box, i) => [box.item, { box, i }]));
    for (const { box, i } of byItem.values()) {
      if (!box.isOpen) continue;
      const room = roomIn(box) as Rectangle;
      for (const child of tree.children[box.item]) {
        const inner = byItem.get(child);
        if (inner === undefined) throw new Error(`${child} has no box`);
        expect(inner.i).toBeGreaterThan(i);
        expect(inner.box.depth).toBe(box.depth + 1);
        expect(area(inner.box) / area(room)).toBeCloseTo(tree.weight[child] / tree.weight[box.item], 9);
        expect(inner.box.left).toBeGreaterThanOrEqual(room.left);
        expect(inner.box.top).toBeGreaterThanOrEqual(room.top);
      }
    }
  }
});

it("places an item without others below it alone", () => {
  const tree = { weight: [3, 3], children: [[1], []] };
  expect(nestedInRows(tree, 1, WITHIN, roomIn)).toEqual([{ ...WITHIN, item: 1, depth: 0, isOpen: false }]);
  expect(nestedInRows({ weight: [0], children: [[]] }, 0, WITHIN, roomIn)).toEqual([]);
});

it("goes as deep as there is room, however deep the tree is", () => {
  const depth = 20_000;
  const tree: Tree = {
    weight: Array<number>(depth).fill(1),
    children: Array.from({ length: depth }, (_, i) => (i + 1 < depth ? [i + 1] : [])),
  };
  const all = nestedInRows(tree, 0, WITHIN, (box) => box);
  expect(all.length).toBe(depth - 1);
  expect(nestedInRows(tree, 0, WITHIN, roomIn).length).toBeLessThan(100);
});

it("finds the innermost box at a place", () => {
  const boxes = [
    { left: 0, top: 0, width: 10, height: 10 },
    { left: 2, top: 2, width: 4, height: 4 },
  ];
  expect(boxAt(boxes, 3, 3)).toBe(boxes[1]);
  expect(boxAt(boxes, 8, 8)).toBe(boxes[0]);
  expect(boxAt(boxes, 10, 5)).toBeNull();
});
