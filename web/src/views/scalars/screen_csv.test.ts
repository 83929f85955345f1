import { expect, it } from "vitest";
import { seriesOf } from "../../charts/series_fixture";
import { lineAt } from "../../series/line_fixture";
import { screenCsv, screenCsvName } from "./screen_csv";

const place = { title: "loss", axis: "step" as const, xName: "" };

it("has a row for each point in sight", () => {
  const series = [seriesOf("a", lineAt([0, 5, 10], [1, 2, 3])), seriesOf("=b", lineAt([5], [7]))];
  expect(screenCsv({ ...place, series, range: [4, 10] })).toBe(
    "run,tag,step,from,to,value,low,high,not finite\r\n" +
      "a,loss,5,5,5,2,2,2,\r\na,loss,10,10,10,3,3,3,\r\n'=b,loss,5,5,5,7,7,7,\r\n",
  );
});

it("has the digits that were recorded", () => {
  const tenth = Math.fround(0.1);
  const at = (more: object): string => {
    const series = [seriesOf("a", lineAt([0], [tenth], more))];
    return screenCsv({ ...place, series, range: [0, 0] }).split("\r\n")[1];
  };
  expect(at({ isFloat32: true })).toBe("a,loss,0,0,0,0.1,0.1,0.1,");
  expect(at({ isFloat32: false })).toBe(`a,loss,0,0,0,${tenth},${tenth},${tenth},`);
  expect(at({ isFloat32: true, isComputed: true })).toContain(String(tenth));
});

it("has what buckets cover, smoothed lines, and places without any value", () => {
  const places = (...values: number[]): Float64Array => Float64Array.from(values);
  const line = lineAt([1, 3], [5, Number.NaN], {
    ...{ first: places(0, 3), last: places(2, 3), low: places(4, Number.NaN), high: places(9, Number.NaN) },
    smooth: places(5.5, Number.NaN),
    marks: {
      ...{ x: places(3, 5), first: places(3, 4), last: places(3, 6), isClosed: new Uint8Array(2) },
      nan: Uint32Array.from([1, 2]),
      posInf: Uint32Array.from([0, 1]),
      negInf: new Uint32Array(2),
    },
  });
  const rows = screenCsv({
    ...place,
    axis: "tag",
    xName: "tokens",
    series: [seriesOf("a", line)],
    range: [0, 9],
  });
  expect(rows.split("\r\n").slice(0, 4)).toEqual([
    "run,tag,tokens,from,to,value,low,high,smoothed,not finite",
    "a,loss,1,0,2,5,4,9,5.5,",
    "a,loss,3,3,3,NaN,NaN,NaN,NaN,NaN",
    'a,loss,5,4,6,,,,,"2 NaN, +Inf"',
  ]);
});

it("says how many runs are behind a group's line", () => {
  const line = lineAt([0], [1], { runs: Uint32Array.from([3]), size: 4 });
  const rows = screenCsv({ ...place, series: [{ ...seriesOf("0.1", line), tag: "loss" }], range: [0, 0] });
  expect(rows).toBe("group,tag,step,from,to,value,low,high,runs,not finite\r\n0.1,loss,0,0,0,1,1,1,3,\r\n");
});

it("is named for what it is", () => {
  const plain = [seriesOf("a", lineAt([0], [1]))];
  const smooth = [seriesOf("a", lineAt([0], [1], { smooth: Float64Array.of(1) }))];
  const group = [seriesOf("a", lineAt([0], [1], { runs: Uint32Array.of(3), size: 3 }))];
  expect(screenCsvName({ ...place, series: plain }, null)).toBe("loss-over-step.csv");
  expect(screenCsvName({ ...place, axis: "tag", xName: "epoch", series: smooth }, null)).toBe(
    "loss-smoothed-over-epoch.csv",
  );
  expect(screenCsvName({ ...place, axis: "training", series: group }, "ratio")).toBe(
    "loss-groups-ratio-over-training.csv",
  );
});
