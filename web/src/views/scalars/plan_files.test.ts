// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { parsePlans } from "./plan_files";

it("reads what it writes, and says what a file lacks", () => {
  expect(parsePlans('[{"title": "a", "tags": ["x"]}, 3]').map(({ title }) => title)).toEqual(["a"]);
  expect(() => parsePlans("nonsense")).toThrow("not JSON");
  for (const text of ["[]", "{}", "3", '[{"tags": ["x"]}]'])
    expect(() => parsePlans(text)).toThrow("no charts");
});
