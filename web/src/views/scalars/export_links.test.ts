import { expect, it } from "vitest";
import type { Run, Tag } from "../../api/catalogue";
import { pythonOf, pythonString, seriesAddress } from "./export_links";

const tag: Tag = { id: "t3", name: "loss", kind: "scalars", runs: ["r0", "r2"] };
const runs = ["r0", "r1", "r2"].map((id) => ({ id, name: id }) as Run);

it("asks for the runs that have the tag", () => {
  expect(seriesAddress(tag, runs, "csv", false)).toBe("./api/series?tag=t3&runs=r0,r2&format=csv");
  expect(seriesAddress(tag, runs, "json", true)).toContain("&format=json&superseded=true");
});

it("quotes whatever a name holds", () => {
  expect(pythonString('a"b\\c\n')).toBe('"a\\"b\\\\c\\n"');
  expect(pythonString("λ🙂")).toBe('"\\U000003bb\\U0001f642"');
});

it("is Python that opens the log", () => {
  expect(pythonOf("./log", ["train/loss"], ["a", "b"], false)).toContain('for name in ["a", "b"]:');
  expect(pythonOf("./log", ["train/loss"], ["a"], false)).toContain('for tag in ["train/loss"]:');
  expect(pythonOf("./log", ["loss"], ["a"], true)).toContain("run.scalars(tag, superseded=True)");
});
