import { expect, it } from "vitest";
import type { Tag } from "../../../api/catalogue";
import { Subjects } from "../../../state/subjects";
import { familiesOf, titleOf } from "./families";

function families(names: readonly string[], paths: readonly string[]): [string, [string, string][]][] {
  const tags = names.map((name): Tag => ({ id: name, name, kind: "scalars", runs: ["r0"] }));
  const subjects = new Subjects(tags);
  const isAbout = (tag: string, path: string) => subjects.of(tag).includes(subjects.normal(path));
  return familiesOf(tags, paths, isAbout).map(({ name, members }) => [
    name,
    [...members].map(([path, tag]) => [path, tag.name]),
  ]);
}

it("finds the path of a module at the start, in the middle and at the end of names", () => {
  const paths = ["layers", "layers.0", "layers.1"];
  expect(
    families(
      [
        ...["grad/norm/layers.0", "grad/norm/layers.1", "layers.0/activation/std", "layers/1/activation/std"],
        ...["weights/layers.0.weight", "weights/layers.1.weight", "weights/layers.1.bias", "loss"],
      ],
      paths,
    ),
  ).toEqual([
    [
      "grad/norm/{path}",
      [
        ["layers.0", "grad/norm/layers.0"],
        ["layers.1", "grad/norm/layers.1"],
      ],
    ],
    [
      "weights/{path}.weight",
      [
        ["layers.0", "weights/layers.0.weight"],
        ["layers.1", "weights/layers.1.weight"],
      ],
    ],
    [
      "{path}/activation/std",
      [
        ["layers.0", "layers.0/activation/std"],
        ["layers.1", "layers/1/activation/std"],
      ],
    ],
  ]);
});

it("takes the longest path: a module, not those around it", () => {
  const [[name, members]] = families(
    ["grad/h.0.attn", "grad/h.0.mlp", "grad/h.0"],
    ["h", "h.0", "h.0.attn", "h.0.mlp"],
  );
  expect(name).toBe("grad/{path}");
  expect(members.map(([path]) => path)).toEqual(["h.0.attn", "h.0.mlp", "h.0"]);
});

it("compares whole parts of names", () => {
  expect(families(["grad/layers.10", "grad/layers.11"], ["layers.1", "layers.0"])).toEqual([]);
});

it("takes a bare number for a module only where the tag is about nothing else", () => {
  const paths = ["0", "1"];
  expect(families(["worker/0/fps", "worker/1/fps"], paths)).toEqual([]);
  expect(families(["grad/0.weight", "grad/1.weight"], paths).map(([name]) => name)).toEqual([
    "grad/{path}.weight",
  ]);
});

it("leaves out what is there for one module alone, and the model as a whole", () => {
  expect(families(["grad/norm/head", "grad/norm"], ["", "head"])).toEqual([]);
});

it("says a family's name without the place of the path at its ends", () => {
  expect(titleOf("grad/norm/{path}")).toBe("grad/norm");
  expect(titleOf("{path}/activation/std")).toBe("activation/std");
  expect(titleOf("grad/{path}.weight")).toBe("grad/….weight");
  expect(titleOf("{path}")).toBe("recorded");
});
