// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { neighbour } from "./keyboard";

it("moves by one and stays within the list", () => {
  expect(neighbour(0, 1, 3)).toBe(1);
  expect(neighbour(2, 1, 3)).toBe(2);
  expect(neighbour(0, -1, 3)).toBe(0);
});

it("begins at an end", () => {
  expect(neighbour(-1, 1, 3)).toBe(0);
  expect(neighbour(-1, -1, 3)).toBe(2);
});
