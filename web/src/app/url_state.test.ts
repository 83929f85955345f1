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
      column: "last:train/loss: 1",
      sort: "descending",
      runFilter: "lr=(0[.]1|1) & +#%",
      tagFilter: "^train/.*λ",
      selection: { base: false, exceptions: new Set(["a&b=c", "größe #1", ""]) },
      axis: "relative",
      zoom: { step: [123_400, 123_500], relative: [0.5, 90], wall: [1763880000.25, 1763880042.125] },
      smoothing: { kind: "gaussian", amount: 12 },
      folded: new Set(["", "val"]),
      isLogX: true,
      isLogY: true,
    };
    expect(decodeView(`#${encodeView(view)}`)).toEqual(view);
  });

  it("that is wrong in one place is right in the others", () => {
    for (const step of ["5", "9,3", "a,b", "1,2,3", ",", "1,Infinity", ""]) {
      const view = decodeView(`step=${step}&y=log&unknown=1`);
      expect(view).toEqual({ ...INITIAL_VIEW, isLogY: true });
    }
  });
});
