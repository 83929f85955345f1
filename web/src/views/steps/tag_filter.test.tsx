// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, it } from "vitest";
import { changeSubject, subjectFields } from "../../state/subject";
import { focusTagFilter, TagFilter } from "./tag_filter";

function show(found: number, error: string | null = null): HTMLInputElement {
  act(() => render(<TagFilter total={1200} found={found} error={error} nearest="" />, document.body));
  return document.querySelector("input") as HTMLInputElement;
}

afterEach(() => {
  act(() => render(null, document.body));
  changeSubject({ tagFilter: "" });
});

it("filters by what is typed, and says how much passes", () => {
  const field = show(1200);
  expect(document.body.textContent).toBe("1,200 tags");
  field.value = "loss";
  act(() => void field.dispatchEvent(new Event("input", { bubbles: true })));
  expect(subjectFields.tagFilter).toBe("loss");
  show(3);
  expect(document.body.textContent).toBe("3 of 1,200 tags");
});

it("says what is wrong with a filter", () => {
  expect(show(1200, "Unmatched ')'").getAttribute("aria-invalid")).toBe("true");
  expect(document.querySelector("[role=alert]")?.textContent).toBe("Unmatched ')'");
  expect(show(1200).getAttribute("aria-invalid")).toBe("false");
  expect(document.querySelector("[role=alert]")).toBe(null);
});

it("takes the cursor, with all that is in it selected, and only while it is there", () => {
  // There is none yet: nothing happens.
  focusTagFilter();
  expect(document.activeElement).toBe(document.body);
  changeSubject({ tagFilter: "loss" });
  const field = show(3);
  focusTagFilter();
  expect(document.activeElement).toBe(field);
  expect([field.selectionStart, field.selectionEnd]).toEqual([0, 4]);
  act(() => render(null, document.body));
  focusTagFilter();
  expect(document.activeElement).toBe(document.body);
});

it("is the one of the view that is on screen, when another view has taken the place", () => {
  const One = () => <TagFilter total={1} found={1} error={null} nearest="" />;
  const Other = () => <TagFilter total={2} found={2} error={null} nearest="" />;
  act(() => render(<One />, document.body));
  act(() => render(<Other />, document.body));
  focusTagFilter();
  expect(document.activeElement).toBe(document.querySelector("input"));
});
