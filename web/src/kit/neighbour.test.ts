import { describe, expect, it } from "vitest";
import { neighbour } from "./neighbour";

describe("a neighbour in a list", () => {
  it("is one away and within the list", () => {
    expect(neighbour(0, 1, 3)).toBe(1);
    expect(neighbour(2, 1, 3)).toBe(2);
    expect(neighbour(0, -1, 3)).toBe(0);
  });

  it("is one of the ends, from nowhere", () => {
    expect(neighbour(-1, 1, 3)).toBe(0);
    expect(neighbour(-1, -1, 3)).toBe(2);
  });
});
