// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { outlineOf } from "../model_fixture";
import { columnsOf, isUsual } from "./columns";
import { shapeInWords } from "./facts";
import { tableCsv } from "./table_csv";

it("has class, output, parameters and MACs at first, and the overlay", () => {
  const { costs } = outlineOf();
  const usual = (drawn: string | null): string[] =>
    columnsOf({ costs })
      .filter((column) => isUsual(column, costs, drawn))
      .map(({ name }) => name);
  expect(usual(null)).toEqual(["type", "output", "parameters", "macs"]);
  expect(usual("seconds")).toEqual(["type", "output", "parameters", "macs", "seconds"]);
  const ofGraphDef = costs.filter(({ name }) => name === "seconds");
  expect(isUsual({ name: "seconds", cost: ofGraphDef[0] }, ofGraphDef, null)).toBe(true);
});

it("writes all groups with all digits, each before those below it", () => {
  const outline = outlineOf();
  const [head, ...lines] = tableCsv(outline, columnsOf(outline)).trim().split("\r\n");
  expect(head).toBe("depth,name,type,output,key,nodes,parameters,macs,seconds");
  expect(lines).toEqual([
    "0,Net,Net,2×?×768,,9,100,,",
    "1,encoder,Encoder,,encoder,6,70,,",
    "2,0,Linear,,encoder.0,2,20,,",
    "2,1,Linear,,encoder.1,3,50,,",
    "1,head,Linear,,head,2,30,,",
  ]);
});

it("has words for shapes", () => {
  expect([null, [], [2, -1, 768]].map(shapeInWords)).toEqual(["shape unknown", "scalar", "2×?×768"]);
});
