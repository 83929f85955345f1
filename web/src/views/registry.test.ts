// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { VIEWS } from "./registry";

/** Of the slices that all views share. */
const SHARED = [
  "view",
  "axis",
  "at",
  "tags",
  "tags-off",
  "subject",
  "folded",
  "runs",
  "column",
  "sort",
  "group",
  "show",
  "except",
];

it("has names and parameters that are no other's", () => {
  const names = VIEWS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const parameters = [...SHARED, ...VIEWS.flatMap((entry) => entry.parameters)];
  expect(new Set(parameters).size).toBe(parameters.length);
});

it.each(VIEWS.map((entry) => [entry.name, entry] as const))(
  "loads %s as an entry promises",
  async (_, entry) => {
    const view = await entry.load();
    expect(typeof view.Content).toBe("function");
    // A view of data says what would appear, and how it comes about.
    expect(view.empty === undefined).toBe(entry.kinds.length === 0);
    const keys = view.keys.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  },
);

it("costs the first view little: what the page has of another one before it is opened", () => {
  const bytes = VIEWS.slice(1).map((entry) => JSON.stringify(entry).length + String(entry.load).length);
  for (const size of bytes) expect(size).toBeLessThan(1000);
});
