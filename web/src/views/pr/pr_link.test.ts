// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { decodePr, encodePr, FORMS } from "./pr_link";

it.each(FORMS)("has %s in the link, and reads it again", (form) => {
  for (const threshold of [0, 1, 1 / 3, 1e-7]) {
    const state = { form, threshold, against: -3, expanded: "classes/a b&c" };
    const parameters = new URLSearchParams();
    encodePr(state, parameters);
    expect(decodePr(new URLSearchParams(parameters.toString()))).toEqual(state);
  }
});

it("says nothing of what is usual, and takes nothing that it does not know", () => {
  const parameters = new URLSearchParams();
  const usual = { form: "pr", threshold: null, against: null, expanded: null } as const;
  encodePr(usual, parameters);
  expect(parameters.toString()).toBe("");
  for (const threshold of ["2", "-1", "NaN", "1e5", "0x1", ""])
    expect(
      decodePr(new URLSearchParams({ pr: "pie", "pr-threshold": threshold, "pr-against": "x" })),
    ).toEqual(usual);
});
