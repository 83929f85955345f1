// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Catalogue } from "../../api/catalogue";
import { changePlace } from "../../state/place";
import { catalogue } from "../../state/server";
import { changeSubject } from "../../state/subject";
import { stepPlace, stepWord } from "./step_place";
import { ViewTags } from "./view_tags";

function tagged(...names: string[]): void {
  const tags = names.map((name, i) => ({ id: `v${i}`, name, kind: "text", runs: ["r0"] }));
  const other = { id: "t0", name: "loss", kind: "scalars", runs: ["r0"] };
  catalogue.value = { tags: [...tags, other] } as unknown as Catalogue;
}

beforeEach(() => changeSubject({ tagFilter: "" }));
afterEach(() => {
  catalogue.value = null;
  changeSubject({ tagFilter: "" });
  changePlace({ place: null });
});

it("names tags as people do, where no other tag has that name", () => {
  tagged("note/end", "log/end", "log", "/end");
  const tags = new ViewTags("text", "/end");
  expect(tags.all.value.map(({ name }) => tags.nameOf(name))).toEqual(["note", "log/end", "log", "/end"]);
  expect(new ViewTags("text").nameOf("note/end")).toBe("note/end");
});

it("has the tags of its kind in sections, as far as the filter lets them through", () => {
  tagged("a/one/end", "a/two/end", "b/end");
  const tags = new ViewTags("text", "/end");
  const shown = () => tags.sections.value.map(({ name, items }) => [name, items.map((tag) => tag.name)]);
  expect(shown()).toEqual([
    ["", ["b/end"]],
    ["a", ["a/one/end", "a/two/end"]],
  ]);
  changeSubject({ tagFilter: "two" });
  expect(tags.listed.value.map(({ name }) => name)).toEqual(["a/two/end"]);
  expect(shown()).toEqual([["a", ["a/two/end"]]]);
  expect(tags.named(["a/two", "a/one", "c"]).map(({ name }) => name)).toEqual(["a/two/end"]);
});

it("asks at the shared place, and says where a value is from before it", () => {
  expect([stepPlace.value, stepWord(3)]).toEqual([null, "step"]);
  changePlace({ place: { axis: "step", x: 5 } });
  expect([stepPlace.value, stepWord(3), stepWord(5)]).toEqual([{ axis: "step", x: 5 }, "from", "step"]);
  changePlace({ place: { axis: "wall", x: 5 } });
  expect([stepPlace.value?.axis, stepWord(3)]).toEqual(["wall", "step"]);
  changePlace({ place: { axis: "tag", x: 5 } });
  expect(stepPlace.value).toBe(null);
});
