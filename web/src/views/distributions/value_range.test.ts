// @vitest-environment happy-dom
import { expect, it } from "vitest";
import type { RunHistograms } from "./panel";
import { rowsOf } from "./rows_fixture";
import { shareBeyond, usualRange, wholeRange } from "./value_range";

/** The shares that the server sends, and the numbers below which these of a bell are, by its standard deviation. */
const SHARES = [0, 0.0668, 0.1587, 0.3085, 0.5, 0.6915, 0.8413, 0.9332, 1];
const OF_BELL = [-3, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 3];

/** A run with a bell for each deviation; `far` is a number of each step that is far from the others, or null. */
function bells(name: string, deviations: readonly number[], far: number | null = null): RunHistograms {
  const ends = (at: number): number[] =>
    deviations.flatMap((deviation) => {
      const inner = [-3, -1, 1, 3].map((each) => each * deviation);
      const edges = far === null ? inner : [...inner, Math.abs(far)];
      return at === 0 ? edges.slice(0, -1) : edges.slice(1);
    });
  const bins = far === null ? 3 : 4;
  const rows = {
    ...rowsOf(deviations.map((_, i) => i)),
    shares: SHARES,
    start: Uint32Array.from({ length: deviations.length + 1 }, (_, i) => bins * i),
    left: Float64Array.from(ends(0)),
    right: Float64Array.from(ends(1)),
    count: Float64Array.from(deviations.flatMap(() => [158, 683, 158, 1].slice(0, bins))),
    quantile: Float64Array.from(
      deviations.flatMap((deviation) => [
        ...OF_BELL.slice(0, -1).map((at) => at * deviation),
        far ?? 3 * deviation,
      ]),
    ),
  };
  const style = { colour: "#0072b2", dash: [] };
  return { name, label: name, style, rows, x: Float64Array.from(rows.step), placed: null };
}

const USUAL = bells("usual", Array(40).fill(1));

it("is the whole range where nothing is far off, and where that is worth little", () => {
  expect(usualRange([])).toBe(null);
  expect(wholeRange([USUAL])).toEqual([-3, 3]);
  expect(usualRange([USUAL])).toEqual([-3, 3]);
  expect(usualRange([bells("a", Array(40).fill(1), 10)])).toEqual([-3, 10]);
  expect(shareBeyond([USUAL], [-3, 3])).toBe(0);
  const point = bells("point", [0, 0]);
  const [low, high] = usualRange([point]) ?? [1, 1];
  expect([low + 0, high + 0, shareBeyond([point], [0, 0])]).toEqual([0, 0, 0]);
});

it("leaves out a number that is far off, and says its share", () => {
  const run = bells("a", Array(40).fill(1), 1000);
  const range = usualRange([run]);
  // Of a bell six standard deviations beyond the inner shares, and no further than there are numbers.
  expect(range).toEqual([-3, 6]);
  // A bin that reaches over the end is drawn up to there.
  expect(shareBeyond([run], [-3, 6])).toBe(0);
  expect(shareBeyond([run], [-3, 3])).toBeCloseTo(0.001);
});

it("leaves out single steps that went wrong, and a run that did where most did not", () => {
  const spike = bells("spike", [...Array(39).fill(1), 5000]);
  expect(usualRange([spike])).toEqual([-6, 6].map((end) => Math.sign(end) * 3));
  const wrong = bells("wrong", [...Array(20).fill(1), ...Array(20).fill(50)], 1000);
  const [low, high] = usualRange([USUAL, wrong, bells("other", Array(40).fill(2))]) ?? [0, 0];
  // The inner shares of the one that went wrong are in it, and no more of it.
  expect([low, high]).toEqual([-75, 75]);
  const few = bells("few", [...Array(39).fill(1), 50]);
  expect(usualRange([USUAL, few, USUAL])).toEqual([-3, 3]);
});

it("leaves out a few numbers, and not many", () => {
  const far = (count: number): RunHistograms => {
    const run = bells("a", Array(40).fill(1), 1000);
    return {
      ...run,
      rows: { ...run.rows, count: run.rows.count.map((each) => (each === 1 ? count : each)) },
    };
  };
  expect(usualRange([far(40)])).toEqual([-3, 6]);
  // The bin reaches from the bell to the number: it lies beyond as a whole.
  const apart = (run: RunHistograms): RunHistograms => ({
    ...run,
    rows: { ...run.rows, left: run.rows.left.map((each) => (each === 3 ? 900 : each)) },
  });
  expect(usualRange([apart(far(40))])).toEqual([-3, 6]);
  expect(usualRange([apart(far(200))])).toEqual([-3, 1000]);
});

it("has what the place shows", () => {
  const histogram = {
    ...{ edges: [90, 110], counts: [10], min: 90, max: 110, sum: null, sumSquares: null },
    ...{ nan: 0, posInf: 0, negInf: 0, zeros: null, isNotFinite: false },
  };
  const spike = { ...bells("spike", [...Array(39).fill(1), 5000]), placed: { histogram, x: 1, step: 1 } };
  const [low, high] = usualRange([spike]) ?? [0, 0];
  expect(low).toBe(-3);
  expect(high).toBeCloseTo(109);
});

it("is no range where a step has no numbers", () => {
  const empty = bells("empty", [Number.NaN]);
  expect(usualRange([empty])).toBe(null);
  expect(shareBeyond([{ ...empty, rows: { ...empty.rows, count: new Float64Array(0) } }], [0, 1])).toBe(0);
});
