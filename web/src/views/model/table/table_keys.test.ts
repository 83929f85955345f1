import { expect, it } from "vitest";
import { childrenOf, outlineOf } from "../model_fixture";
import { actionOf, parentOf, siblingsOf, TypeAhead } from "./table_keys";
import { nameOf, rowsOf } from "./table_rows";

const outline = outlineOf();
/** Net, encoder, 0, 1, its operations, head, the operations of the whole. */
const ROWS = rowsOf({
  ...{ outline, children: childrenOf(outline), opened: new Set([0, 1]), ownOpened: new Set<number>() },
  ...{ partOf: () => ({ part: null, problem: "" }), order: null },
});

it("moves, and stays within the rows", () => {
  const to = (key: string, at: number): unknown => actionOf(key, ROWS, at, 4);
  expect(to("ArrowDown", 0)).toEqual({ do: "move", to: 1 });
  expect(to("ArrowDown", 6)).toEqual({ do: "move", to: 6 });
  expect(to("ArrowUp", 0)).toEqual({ do: "move", to: 0 });
  expect(to("PageDown", 1)).toEqual({ do: "move", to: 4 });
  expect(to("PageUp", 1)).toEqual({ do: "move", to: 0 });
  expect(to("Home", 3)).toEqual({ do: "move", to: 0 });
  expect(to("End", 3)).toEqual({ do: "move", to: 6 });
  expect(to("F1", 3)).toBe(null);
  expect(actionOf("ArrowDown", [], 0, 4)).toBe(null);
});

it("opens and goes in; closes and goes out", () => {
  const act = (key: string, at: number): unknown => actionOf(key, ROWS, at, 4);
  expect(act("ArrowRight", 5)).toEqual({ do: "open", at: 5 });
  expect(act("ArrowRight", 1)).toEqual({ do: "move", to: 2 });
  expect(act("ArrowLeft", 1)).toEqual({ do: "close", at: 1 });
  expect(act("ArrowLeft", 3)).toEqual({ do: "move", to: 1 });
  // The whole stays open.
  expect(act("ArrowLeft", 0)).toEqual({ do: "move", to: 0 });
  expect(act("ArrowRight", 6)).toEqual({ do: "open", at: 6 });
  for (const key of ["Enter", " "]) expect(act(key, 2)).toEqual({ do: "select", at: 2 });
  expect(act("*", 2)).toEqual({ do: "open siblings", at: 2 });
});

it("knows what is around a row and beside it", () => {
  expect([0, 1, 2, 3, 5].map((at) => parentOf(ROWS, at))).toEqual([0, 0, 1, 1, 0]);
  expect(siblingsOf(ROWS, 1).map(nameOf)).toEqual(["encoder", "head", "operations beside them"]);
  expect(siblingsOf(ROWS, 3).map(nameOf)).toEqual(["0", "1", "operations beside them"]);
  expect(siblingsOf(ROWS, 0).map(nameOf)).toEqual(["Net"]);
});

it("finds names by their first letters, and by one letter again and again", () => {
  const typed = new TypeAhead();
  expect(typed.find("h", ROWS, 0, 0)).toBe(5);
  expect(typed.find("e", ROWS, 5, 100)).toBe(5);
  expect(typed.find("x", ROWS, 5, 200)).toBe(null);
  expect(typed.find("E", ROWS, 5, 2000)).toBe(1);
  expect(typed.find("o", ROWS, 1, 4000)).toBe(4);
  expect(typed.find("o", ROWS, 4, 4100)).toBe(6);
  typed.end();
  expect(typed.find("h", ROWS, 6, 4200)).toBe(5);
});
