// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { parseDefinitions } from "./definition_files";

it("reads what it writes, and says what a file lacks", () => {
  expect(parseDefinitions('[{"title": "a", "tags": ["x"]}, 3]').map(({ title }) => title)).toEqual(["a"]);
  expect(() => parseDefinitions("nonsense")).toThrow("not JSON");
  for (const text of ["[]", "{}", "3", '[{"tags": ["x"]}]'])
    expect(() => parseDefinitions(text)).toThrow("no charts");
});
