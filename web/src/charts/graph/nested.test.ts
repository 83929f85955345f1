import { describe, expect, it } from "vitest";
import { randomNumbers } from "../../kit/random_fixture";
import { WAY } from "./graph";
import { type NestedGroup, type NestedLayout, NestedLayouts, OUTSIDE } from "./nested";

/** A tree of groups, the first one the whole; each with edges between its boxes and over its border. */
function randomGroups(seed: number): NestedGroup[] {
  const random = randomNumbers(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const groups: NestedGroup[] = [];
  const add = (depth: number): number => {
    const place = groups.length;
    const count = 1 + below(9);
    const pairs: [number, number, number][] = [];
    for (let i = below(3 * count); i > 0; i--) {
      const [one, other] = [below(count), below(count)];
      const isBack = random() < 0.1;
      if (one !== other || isBack)
        pairs.push(
          isBack
            ? [Math.max(one, other), Math.min(one, other), below(3)]
            : [Math.min(one, other), Math.max(one, other), below(3)],
        );
    }
    if (depth > 0)
      for (let i = below(4); i > 0; i--)
        pairs.push(random() < 0.5 ? [OUTSIDE, below(count), below(3)] : [below(count), OUTSIDE, below(3)]);
    const group: NestedGroup = {
      id: `${seed}/${place}`,
      width: Float64Array.from({ length: count }, () => 40 + below(80)),
      height: Float64Array.from({ length: count }, () => 20 + below(40)),
      inside: new Int32Array(count).fill(-1),
      from: Int32Array.from(pairs, ([from]) => from),
      to: Int32Array.from(pairs, ([, to]) => to),
      kind: Int32Array.from(pairs, ([, , kind]) => kind),
      words: Float64Array.from(pairs, ([, , kind]) => 30 * kind),
      isAside: Uint8Array.from({ length: count }, () => (random() < 0.1 ? 1 : 0)),
      isHidden: Uint8Array.from(pairs, () => (random() < 0.1 ? 1 : 0)),
      titleWidth: 60 + below(100),
    };
    groups.push(group);
    if (depth < 3)
      for (let box = 0; box < count; box++) if (random() < 0.3) group.inside[box] = add(depth + 1);
    return place;
  };
  add(0);
  return groups;
}

/** What is wrong with a group's layout, in words. */
function faultsOf(group: NestedGroup, found: NestedLayout): string[] {
  const faults: string[] = [];
  const { x, y, boxWidth, boxHeight } = found;
  const right = x.map((left, box) => left + boxWidth[box]);
  const bottom = y.map((top, box) => top + boxHeight[box]);
  const count = x.length;
  for (let one = 0; one < count; one++) {
    if (!(x[one] > 0 && y[one] > 0 && right[one] < found.width && bottom[one] < found.height))
      faults.push(`box ${one} is outside`);
    for (let other = 0; other < one; other++) {
      const isBeside = right[one] <= x[other] || right[other] <= x[one];
      if (!isBeside && bottom[one] > y[other] && bottom[other] > y[one])
        faults.push(`boxes ${one} and ${other} overlap`);
    }
  }
  for (let edge = 0; edge < group.from.length; edge++) {
    const [start, end] = [group.from[edge], group.to[edge]];
    const isAside = (box: number): boolean => box !== OUTSIDE && group.isAside[box] === 1;
    const isDrawn = group.isHidden[edge] === 0 && !isAside(start) && !isAside(end);
    if (!isDrawn !== (found.way[edge] === WAY.aside))
      faults.push(`edge ${edge} is on way ${found.way[edge]}`);
    const points = found.points.subarray(2 * found.starts[edge], 2 * found.starts[edge + 1]);
    if (points.length === 0) continue;
    for (let i = 0; i < points.length - 2; i += 4) {
      // The vertical pieces; curves lie between rows, which the tests of layouts see.
      const [at, from, , to] = points.subarray(i, i + 4);
      for (let box = 0; box < count; box++) {
        const isBeside = at <= x[box] + 1e-6 || at >= right[box] - 1e-6;
        const isApart = Math.max(from, to) <= y[box] + 1e-6 || Math.min(from, to) >= bottom[box] - 1e-6;
        if (!isBeside && !isApart) faults.push(`edge ${edge} runs through box ${box}`);
      }
    }
    const [first, last] = [points[1], points[points.length - 1]];
    const meetsPort = (isOut: boolean, at: number): boolean =>
      found.ports.some((port) => port.isOut === isOut && Math.abs(port.y - at) < 1e-6);
    if (start === OUTSIDE ? !meetsPort(false, first) : first !== bottom[start])
      faults.push(`edge ${edge} begins at ${first}`);
    if (end === OUTSIDE ? !meetsPort(true, last) : last !== y[end])
      faults.push(`edge ${edge} ends at ${last}`);
  }
  return faults;
}

describe("NestedLayouts", () => {
  it("has boxes that do not overlap, and edges that run through none, for 300 trees of groups", () => {
    for (let seed = 0; seed < 300; seed++) {
      const groups = randomGroups(seed);
      const layouts = new NestedLayouts().of(groups);
      groups.forEach((group, place) => {
        expect(faultsOf(group, layouts[place]), `seed ${seed}, group ${place}`).toEqual([]);
        group.inside.forEach((inside, box) => {
          if (inside >= 0) expect(layouts[place].boxWidth[box]).toBe(layouts[inside].width);
        });
      });
    }
  });

  it("is the same for the same groups, and lays out anew only what was opened and what is around it", () => {
    const groups = randomGroups(5);
    const one = new NestedLayouts();
    const first = one.of(groups);
    expect(new NestedLayouts().of(randomGroups(5))).toEqual(first);
    const closed = groups.map((group) => ({ ...group, inside: group.inside.slice() }));
    const box = closed[0].inside.findIndex((inside) => inside >= 0);
    const inside = closed[0].inside[box];
    closed[0].inside[box] = -1;
    const second = one.of(closed);
    expect(second[0]).not.toBe(first[0]);
    closed.slice(1).forEach((_, i) => {
      expect(second[i + 1]).toBe(first[i + 1]);
    });
    expect(inside).toBeGreaterThan(0);
    expect(new NestedLayouts().of(closed)[0]).toEqual(second[0]);
  });

  it("has a line go straight on from a border to the inside, by the kind of its tensor", () => {
    const columns = { words: new Float64Array(4), isHidden: new Uint8Array(4), titleWidth: 50 };
    const inner: NestedGroup = {
      id: "inner",
      ...{ width: new Float64Array(2).fill(80), height: new Float64Array(2).fill(30) },
      inside: new Int32Array(2).fill(-1),
      ...{ from: Int32Array.of(OUTSIDE, OUTSIDE, 0, 1), to: Int32Array.of(0, 1, OUTSIDE, OUTSIDE) },
      ...{ kind: Int32Array.of(1, 2, 3, 3), isAside: new Uint8Array(2), ...columns },
    };
    const outer: NestedGroup = {
      id: "outer",
      ...{ width: new Float64Array(4).fill(80), height: new Float64Array(4).fill(30) },
      inside: Int32Array.of(-1, -1, 1, -1),
      ...{ from: Int32Array.of(0, 1, 2), to: Int32Array.of(2, 2, 3), kind: Int32Array.of(1, 2, 3) },
      ...{ isAside: new Uint8Array(4), ...columns },
    };
    const [whole, inside] = new NestedLayouts().of([outer, inner]);
    const endOf = (edge: number): number => whole.points[2 * whole.starts[edge + 1] - 2];
    for (const [edge, kind] of [
      [0, 1],
      [1, 2],
    ]) {
      const port = inside.ports.find((each) => !each.isOut && each.kind === kind);
      expect(endOf(edge)).toBeCloseTo(whole.x[2] + (port?.x ?? Number.NaN), 6);
    }
    expect(inside.ports.filter(({ isOut }) => isOut)).toHaveLength(1);
  });

  it("puts what stands aside in columns beside the rest", () => {
    const count = 30;
    const group: NestedGroup = {
      id: "one",
      ...{ width: new Float64Array(count).fill(80), height: new Float64Array(count).fill(30) },
      inside: new Int32Array(count).fill(-1),
      ...{ from: Int32Array.of(0, 1), to: Int32Array.of(1, 2), kind: Int32Array.of(-1, -1) },
      words: new Float64Array(2),
      ...{ isAside: new Uint8Array(count).fill(1, 2), isHidden: new Uint8Array(2), titleWidth: 10 },
    };
    const [{ x, way }] = new NestedLayouts().of([group]);
    expect([...way]).toEqual([WAY.through, WAY.aside]);
    expect(Math.min(...x.subarray(2))).toBeGreaterThan(x[0] + 80);
    expect(new Set(x.subarray(2)).size).toBeGreaterThan(1);
  });
});
