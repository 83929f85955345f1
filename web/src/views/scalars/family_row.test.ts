// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { heatCells } from "../../charts/heat_cells";
import { lineAt, markedLineAt } from "../../series/line_fixture";
import { legendOf } from "./family_row";

it("says what the colours and marks of a strip mean, of those that it has", () => {
  const plain = legendOf(heatCells([[lineAt([0, 1], [1, 2])]], [0, 1], "linear", 2));
  expect(plain).toContain("low to high");
  expect(plain).not.toMatch(/NaN|Inf|exactly 0|nothing/);
  const row = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  const all = legendOf(heatCells([[markedLineAt([0, 1, 2, 3], row)], []], [0, 3], "linear", 4));
  for (const word of ["exactly 0", "NaN", "+Inf", "−Inf", "nothing was recorded"])
    expect(all).toContain(word);
});
