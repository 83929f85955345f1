import { describe, expect, it } from "vitest";
import { decodeView, encodeView, INITIAL_VIEW, type ViewState } from "./url_state";

describe("the fragment", () => {
  it("is empty for the initial view", () => {
    expect(encodeView(INITIAL_VIEW)).toBe("");
    expect(decodeView("")).toEqual(INITIAL_VIEW);
  });

  it("holds everything, whatever the names", () => {
    const view: ViewState = {
      page: "files",
      columns: ["last:train/loss: 1", "hparam:lr,&"],
      sort: { column: "-odd:name", isDescending: true },
      groupBy: "/lr=([^_]+)/",
      statistic: "median",
      band: "confidence",
      baseline: "größe #1",
      comparison: "ratio",
      runFilter: "lr=(0[.]1|1) & +#%",
      tagFilter: "^train/.*λ",
      selection: { base: false, exceptions: new Set(["a&b=c", "größe #1", ""]) },
      axis: "tag",
      xTag: "grad:norm",
      zoom: {
        step: [123_400, 123_500],
        relative: [0.5, 90],
        wall: [1763880000.25, 1763880042.125],
        tag: [-1e-9, 2],
      },
      ranges: new Map([
        ["own:a:b, c", { x: { axis: "step", range: [1, 2.5] }, y: [-0.5, 1e-7] }],
        ["train/loss", { x: null, y: [0, 1] }],
      ]),
      smoothing: { kind: "gaussian", amount: 12 },
      folded: new Set(["", "val"]),
      foldedRuns: new Set(["a/b"]),
      xScale: "symlog",
      yScale: "log",
      ignoresOutliers: true,
      best: "highest",
      hasSuperseded: true,
      fixedCursor: { axis: "wall", x: 1763880000.25, key: "own:a:b, c" },
      expanded: "train/loss",
      runPins: ["a/b", "c d"],
      pins: ["train/loss", "own:a:b, c"],
      plans: [
        { title: "a:b, c", tags: ["x"], patterns: ["^v.*"], margins: [["a", "b", "c"]], x: "grad:norm" },
        { title: "two", tags: ["x", "y"], patterns: [], margins: [], x: null },
      ],
    };
    expect(decodeView(`#${encodeView(view)}`)).toEqual(view);
  });

  it("can have no columns, and passes over what is no plan", () => {
    const view: ViewState = { ...INITIAL_VIEW, columns: [] };
    expect(decodeView(encodeView(view))).toEqual(view);
    for (const text of ["", "{", "[]", "3", "{}", '{"title":3}', '{"title":""}'])
      expect(decodeView(new URLSearchParams({ chart: text }).toString()).plans).toEqual([]);
    for (const text of ["at=step:1", "at=step:a:loss", "at=nowhere:1:loss", "at=", "at=step::loss"])
      expect(decodeView(text).fixedCursor).toBe(null);
    for (const text of ["own-x=step:2,1:a", "own-x=nowhere:1,2:a", "own-y=1:a", "own-y=,:a", "own-x=a"])
      expect(decodeView(text).ranges.size).toBe(0);
  });

  it("that is wrong in one place is right in the others", () => {
    for (const step of ["5", "9,3", "a,b", "1,2,3", ",", "1,Infinity", ""]) {
      const view = decodeView(`step=${step}&y=log&unknown=1`);
      expect(view).toEqual({ ...INITIAL_VIEW, yScale: "log" });
    }
  });
});
