import { expect, it } from "vitest";
import { describePlace, notFiniteOf, tellingOf } from "./not_finite";

it("tells of what lasts first, then of what came first", () => {
  const telling = (found: Parameters<typeof notFiniteOf>[0]): string => {
    const place = tellingOf(notFiniteOf(found, null));
    return place === null ? "" : describePlace(place);
  };
  expect(telling({})).toBe("");
  expect(telling({ t0: [1201, "NaN", true] })).toBe("NaN from 1,201");
  expect(telling({ t0: [1201, "NaN", true], t1: [0, "Infinity", false] })).toBe("NaN from 1,201");
  expect(telling({ t0: [9, "NaN", false], t1: [0, "Infinity", false] })).toBe("+Inf at 0");
});

it("knows those of one tag", () => {
  expect(notFiniteOf({ t0: [3, "-Infinity", true] }, "t0")).toEqual([
    { tag: "t0", step: 3, word: "−Inf", lasts: true },
  ]);
  expect(notFiniteOf({ t0: [3, "NaN", true] }, "toString")).toEqual([]);
});
