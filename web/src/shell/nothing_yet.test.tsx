// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, it } from "vitest";
import type { Catalogue } from "../api/catalogue";
import { catalogue } from "../state/server";
import { NothingYet } from "./nothing_yet";

const EMPTY = { what: "texts", promise: "They appear here.", line: 'writer.add_text("note", "hello")' };

function show(isDone: boolean): void {
  const known = { logdir: { path: "./log" }, loading: { done: isDone } };
  catalogue.value = known as unknown as Catalogue;
  act(() => render(<NothingYet {...EMPTY} />, document.body));
}

afterEach(() => {
  act(() => render(null, document.body));
  catalogue.value = null;
});

it("promises nothing while the log is read: what is missing may be on its way", () => {
  show(false);
  expect(document.body.textContent).toBe("Reading ./log.");
});

it("says what would be here, and the line that makes it", () => {
  show(true);
  expect(document.querySelector("h1")?.textContent).toBe("No texts in ./log yet.");
  expect(document.querySelector("p")?.textContent).toBe("They appear here. For example:");
  expect(document.querySelector("pre")?.textContent).toBe(EMPTY.line);
});
