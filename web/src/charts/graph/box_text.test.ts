import { expect, it } from "vitest";
import { NODE_KIND } from "../../api/model";
import { boxText } from "./box_text";
import { partOf } from "./part_fixture";

it("names operations and inputs that have only a number by what they are", () => {
  const part = partOf(
    0,
    [
      { name: "131", type: "aten::max" },
      { name: "0", type: "input", kind: NODE_KIND.input },
      { name: "0", type: "Block", group: 1 },
      { name: "relu_2", type: "aten::relu" },
    ],
    [],
  );
  const texts = part.boxes.name.map((_, box) => boxText(part, box, { tucked: "constant" }));
  expect(texts.map(({ title }) => title)).toEqual(["max", "input 0", "0", "relu_2"]);
  expect(texts.map(({ below }) => below)).toEqual(["aten::max", "", "Block", "aten::relu"]);
});
