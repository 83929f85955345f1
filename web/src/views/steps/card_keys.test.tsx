// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { formKeys, sizeKey } from "./card_keys";

afterEach(() => {
  document.body.innerHTML = "";
});

it("has a key for each form, in their order", () => {
  const chosen: string[] = [];
  const keys = formKeys(["pr", "roc"], { pr: "precision over recall", roc: "the ROC" }, (form) => {
    chosen.push(form);
  });
  expect(keys.map(({ key, what }) => [key, what])).toEqual([
    ["1", "show precision over recall"],
    ["2", "show the ROC"],
  ]);
  for (const { run } of keys.toReversed()) run();
  expect(chosen).toEqual(["roc", "pr"]);
});

it("makes the card with the focus large, and a large one small wherever the pointer is", () => {
  document.body.innerHTML = '<article data-tag="loss"><button>x</button></article>';
  let expanded: string | null = null;
  const { run } = sizeKey(
    () => expanded,
    (name) => {
      expanded = name;
    },
  );
  run();
  expect(expanded).toBe(null);
  document.querySelector("button")?.focus();
  run();
  expect(expanded).toBe("loss");
  document.querySelector("button")?.blur();
  run();
  expect(expanded).toBe(null);
});
