// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { decodeDistributions, encodeDistributions, FORMS } from "./distributions_link";

it.each(FORMS)("has %s in the link, and reads it again", (form) => {
  const state = { form, hasLogCounts: true, hasLogValues: true, isWhole: true, expanded: "weights/a b&c" };
  const parameters = new URLSearchParams();
  encodeDistributions(state, parameters);
  expect(decodeDistributions(new URLSearchParams(parameters.toString()))).toEqual(state);
});

it("says nothing of what is usual, and takes nothing that it does not know", () => {
  const parameters = new URLSearchParams();
  const scales = { hasLogCounts: false, hasLogValues: false, isWhole: false };
  const usual = { form: "ridgeline", ...scales, expanded: null } as const;
  encodeDistributions(usual, parameters);
  expect(parameters.toString()).toBe("");
  expect(decodeDistributions(new URLSearchParams("distributions=pie&log-counts=1"))).toEqual(usual);
});
