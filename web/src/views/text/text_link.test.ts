// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { TEXT_PARAMETERS } from "./parameters";
import { decodeText, encodeText, type TextState } from "./text_link";

function encoded(state: TextState): URLSearchParams {
  const parameters = new URLSearchParams();
  encodeText(state, parameters);
  return parameters;
}

it("is empty at first, and holds everything", () => {
  const initial: TextState = { format: "markdown", against: null, expanded: null };
  expect(String(encoded(initial))).toBe("");
  expect(decodeText(new URLSearchParams())).toEqual(initial);
  const state: TextState = { format: "plain", against: -3, expanded: "a&b" };
  expect(decodeText(encoded(state))).toEqual(state);
  expect([...encoded(state).keys()]).toEqual([...TEXT_PARAMETERS]);
  for (const text of ["against=", "against=x", "against=1e3", "text=html"])
    expect(decodeText(new URLSearchParams(text))).toEqual(initial);
});
