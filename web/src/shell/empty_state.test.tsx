// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, it } from "vitest";
import type { Catalogue } from "../api/catalogue";
import { catalogue, liveState } from "../state/server";
import { EmptyState } from "./empty_state";

type State = Catalogue["logdir"]["state"];

function show(
  state: State,
  detail = "",
  loading = { done: true, bytes: 0, bytes_read: 0 },
  path = "./log",
): string {
  catalogue.value = { logdir: { path, state, detail }, loading } as unknown as Catalogue;
  act(() => render(<EmptyState />, document.body));
  return document.body.textContent ?? "";
}

afterEach(() => {
  act(() => render(null, document.body));
  catalogue.value = null;
  liveState.value = "connecting";
});

it("says that the server is asked, unless it does not know this address", () => {
  act(() => render(<EmptyState />, document.body));
  expect(document.body.textContent).toBe("Asking the server for the list of runs.");
  act(() => {
    liveState.value = "unauthorised";
  });
  expect(document.body.textContent).toBe("");
});

it("says how much has been read, where there is something", () => {
  const loading = { done: false, bytes: 2_000_000, bytes_read: 1_000_000 };
  expect(show("ready", "", loading)).toBe("Reading ./log: 1 MB of 2 MB");
  expect(show("ready", "", { ...loading, bytes: 0, bytes_read: 0 })).toBe("Reading ./log");
});

it.each([
  ["missing", "", "No directory ./log yet.", "Its runs appear here when one starts writing."],
  ["empty", "", "No event files in ./log yet.", "They appear here when a run starts writing."],
] as const)("says what would fill a directory that is %s", (state, detail, heading, promise) => {
  const text = show(state, detail);
  expect(document.querySelector("h1")?.textContent).toBe(heading);
  expect(text).toContain(promise);
  expect(text).toContain('with cutaway.SummaryWriter("./log/first") as writer');
});

it("says what else is in a directory without event files", () => {
  expect(show("empty", "is 1 capture of a profiler")).toContain(
    "In this directory is 1 capture of a profiler.",
  );
});

it.each([
  ["s3://bucket/logs", "aws s3 sync runs s3://bucket/logs"],
  ["gs://bucket/logs", "gcloud storage rsync --recursive runs gs://bucket/logs"],
])("says how files come into an object store, as %s", (url, line) => {
  const text = show("missing", "", undefined, url);
  expect(text).toContain(`No objects below ${url} yet.`);
  expect(text).toContain(line);
  expect(text).not.toContain("SummaryWriter");
});

it("says that there is no bucket", () => {
  const text = show("missing", "there is no bucket logs", undefined, "s3://logs");
  expect(text).toBe("s3://logs cannot be read: there is no bucket logs.");
});

it("says why a directory cannot be read, and promises nothing", () => {
  const text = show("unreadable", "Permission denied");
  expect(text).toBe("./log cannot be read: Permission denied.");
});
