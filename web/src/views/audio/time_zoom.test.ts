import { expect, it } from "vitest";
import { moved, withPlace, zoomedAbout } from "./time_zoom";

it("zooms about a place that stays where it is", () => {
  expect(zoomedAbout(null, 0.5, 5, 20)).toEqual([2.5, 12.5]);
  expect(zoomedAbout([4, 8], 0.5, 4, 20)).toEqual([4, 6]);
  // A place out of sight is as one at the edge.
  expect(zoomedAbout([4, 8], 2, 100, 20)).toEqual([12, 20]);
  expect(zoomedAbout([4, 8], 10, 5, 20)).toBe(null);
});

it("is never empty", () => {
  const [from, to] = zoomedAbout([4, 4.001], 1e-9, 4.0005, 20) as [number, number];
  expect(to - from).toBeCloseTo(0.001, 9);
  expect(zoomedAbout(null, 0.5, 0, 0.0001)).toBe(null);
});

it("stays within the sounds when it is moved", () => {
  expect(moved([4, 8], 2, 20)).toEqual([6, 10]);
  expect(moved([4, 8], -9, 20)).toEqual([0, 4]);
  expect(moved([4, 8], 99, 20)).toEqual([16, 20]);
  expect(moved(null, 1, 20)).toBe(null);
});

it("follows a place out of sight", () => {
  expect(withPlace([4, 8], 6, 20)).toEqual([4, 8]);
  expect(withPlace([4, 8], 9, 20)).toEqual([5, 9]);
  expect(withPlace([4, 8], 1, 20)).toEqual([1, 5]);
  expect(withPlace(null, 6, 20)).toBe(null);
});
