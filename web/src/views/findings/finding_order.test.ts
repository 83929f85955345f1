// @vitest-environment happy-dom
import { expect, it } from "vitest";
import type { Finding, RunFindings } from "../../api/findings";
import { listed } from "./finding_order";
import { decodeFindings, encodeFindings, USUAL } from "./findings_link";
import { fragmentOfLayers } from "./go";

function finding(sentence: string, changes: Partial<Finding> = {}): Finding {
  return {
    ...{ rule: "dead", severity: "warning", first_step: 5, last_step: 9, rows: [], row_count: 0 },
    ...{ kind: "", value: null, threshold: null, wall_time: null, is_first_of_layers: false },
    ...{ sentence, ...changes },
  };
}

const found: ReadonlyMap<string, RunFindings> = new Map(
  [
    {
      run: "r0",
      findings: [finding("a", { wall_time: 30 }), finding("b", { severity: "error", wall_time: 10 })],
    },
    {
      run: "r1",
      findings: [finding("c", { wall_time: 20, rule: "stalled" }), finding("d", { severity: "unknown" })],
    },
  ].map((each) => [each.run, { ...each, change: 1, left_out: 0 }]),
);

const sentences = (...given: Parameters<typeof listed>): string =>
  listed(...given)
    .map((each) => each.finding.sentence)
    .join("");

it("is of all runs, the newest first, and what has no time at the end", () => {
  expect(sentences(found, ["r0", "r1"], ["error", "warning", "unknown"], "")).toBe("acbd");
  expect(sentences(found, ["r1", "r2"], ["error", "warning"], "")).toBe("c");
});

it("is of some severities and of one rule", () => {
  expect(sentences(found, ["r0", "r1"], ["error"], "")).toBe("b");
  expect(sentences(found, ["r0", "r1"], USUAL, "stalled")).toBe("c");
});

it("stands in the link", () => {
  for (const state of [
    { severities: USUAL, rule: "" },
    { severities: ["error", "unknown"] as const, rule: "dead" },
    { severities: [], rule: "" },
  ]) {
    const parameters = new URLSearchParams();
    encodeFindings(state, parameters);
    expect(decodeFindings(parameters)).toEqual(state);
  }
  expect(decodeFindings(new URLSearchParams("severity=bad,error")).severities).toEqual(["error"]);
});

const run = { id: "r0", name: "a b" } as Parameters<typeof fragmentOfLayers>[1];
const tag = (name: string, kind = "cutaway_watch", runs = ["r0"]) => ({ id: name, name, kind, runs });

it("leads to the row of a watch, and keeps the rest of the link", () => {
  const about = finding("x", { kind: "gradient", rows: ["fc.weight"] });
  const tags = [tag("watch/weight"), tag("net/gradient~2")];
  const parameters = new URLSearchParams(fragmentOfLayers(about, run, tags, "#hide=c&subject=z") ?? "");
  expect(Object.fromEntries(parameters)).toEqual({
    ...{ hide: "c", view: "layers", at: "step:5", "layers-run": "a b" },
    ...{ "layers-kind": "net/gradient", "layers-row": "fc.weight", "layers-statistic": "rms" },
  });
});

it("leads to the layer that moved first before a loss rose", () => {
  const about = finding("x", { kind: "gradient", rows: ["train/loss", "fc.weight"], rule: "loss-spike" });
  const tags = [tag("watch/gradient"), tag("train/loss", "scalars")];
  expect(fragmentOfLayers(about, run, tags, "")).toContain("layers-row=fc.weight");
});

it("leads nowhere without a watch of the run that has such rows", () => {
  const about = finding("x", { kind: "gradient", rows: ["fc.weight"] });
  expect(fragmentOfLayers(about, run, [tag("watch/gradient", "cutaway_watch", ["r1"])], "")).toBeNull();
  expect(fragmentOfLayers(about, run, [tag("watch/gradient", "scalars")], "")).toBeNull();
  expect(fragmentOfLayers({ ...about, kind: "" }, run, [tag("watch/gradient")], "")).toBeNull();
});
