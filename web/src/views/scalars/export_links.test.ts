import { expect, it } from "vitest";
import type { Run, Tag } from "../../api/catalogue";
import { pythonOf, pythonString, seriesAddress } from "./export_links";

const tag: Tag = { id: "t3", name: "loss", kind: "scalars", runs: ["r0", "r2"] };
const runs = ["r0", "r1", "r2"].map((id) => ({ id, name: id }) as Run);
const PLAIN = { hasSuperseded: false, attempts: "all" } as const;
const ALL = { hasSuperseded: true, attempts: "all" } as const;
const LAST = { hasSuperseded: true, attempts: "last" } as const;

it("asks for the runs that have the tag", () => {
  expect(seriesAddress(tag, runs, "csv", PLAIN)).toBe("./api/series?tag=t3&runs=r0,r2&format=csv");
  expect(seriesAddress(tag, runs, "json", ALL)).toContain("&format=json&superseded=true");
  expect(seriesAddress(tag, runs, "csv", LAST)).toContain("&superseded=true&attempts=last");
});

it("quotes whatever a name holds", () => {
  expect(pythonString('a"b\\c\n')).toBe('"a\\"b\\\\c\\n"');
  expect(pythonString("λ🙂")).toBe('"\\U000003bb\\U0001f642"');
});

it("is Python that opens the log", () => {
  expect(pythonOf("./log", ["train/loss"], ["a", "b"], PLAIN)).toContain('for name in ["a", "b"]:');
  expect(pythonOf("./log", ["train/loss"], ["a"], PLAIN)).toContain('for tag in ["train/loss"]:');
  expect(pythonOf("./log", ["loss"], ["a"], LAST)).toContain(
    "run.scalars(tag, superseded=True, last_attempt=True)",
  );
});
