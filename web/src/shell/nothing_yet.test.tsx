// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, it } from "vitest";
import type { Catalogue, Run } from "../api/catalogue";
import { catalogue, knownRuns } from "../state/server";
import { NothingYet } from "./nothing_yet";

const EMPTY = { what: "texts", promise: "They appear here.", line: 'writer.add_text("note", "hello")' };

function show(isDone: boolean, more: Partial<Catalogue> = {}): void {
  const known = { logdir: { path: "./log" }, loading: { done: isDone }, ...more };
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

it("says what files are that are no event files, where there is nothing else", () => {
  const runs = [".", "a"].map((name, i) => ({ id: `r${i}`, name, points: 0, kinds: {} })) as Run[];
  const of = (run: string, file: string) => ({
    run,
    file,
    reason: "not an event file but text",
    is_foreign: true,
  });
  const unreadable = [of("r0", "x.tfevents"), of("r1", "y.tfevents")];
  show(true, { runs, unreadable });
  expect(document.querySelector("p")?.textContent).toBe(
    "x.tfevents is not an event file but text; a/y.tfevents is not an event file but text.",
  );
  // A run that has any data, and one whose file is only empty, are runs all the same.
  for (const other of [
    { ...runs[1], points: 1 },
    { ...runs[1], id: "r2" },
  ]) {
    act(() => show(true, { runs: [runs[0], other], unreadable }));
    expect(knownRuns.value).toEqual([other]);
    expect(document.querySelectorAll("p")).toHaveLength(1);
  }
});
