import { expect, it } from "vitest";
import { textWidth } from "../../../charts/text_width";
import { type Label, labelsOf, percent, roomIn, titleOf } from "./labels";

const WORDS = { name: "self_attention", share: "12 %", value: "2.36 M", type: "MultiheadAttention" };

function sized(width: number, height: number) {
  return { left: 0, top: 0, width, height };
}

it("writes as much as there is room for, and nothing beyond a box", () => {
  for (let width = 0; width < 400; width += 7)
    for (let height = 0; height < 90; height += 6)
      for (const labels of [labelsOf(sized(width, height), WORDS), titleOf(sized(width, height), WORDS)])
        for (const { text, x, y } of labels) {
          expect(x + textWidth(text)).toBeLessThanOrEqual(width);
          expect(y).toBeLessThan(height);
        }
});

it("has the name first, then the numbers, then the class", () => {
  const texts = (labels: Label[]): string[] => labels.map(({ text }) => text);
  expect(texts(labelsOf(sized(300, 80), WORDS))).toEqual([
    "self_attention",
    "12 % · 2.36 M",
    "MultiheadAttention",
  ]);
  expect(texts(labelsOf(sized(300, 20), WORDS))).toEqual(["self_attention", "12 %"]);
  expect(texts(labelsOf(sized(60, 80), WORDS))[0]).toContain("…");
  expect(texts(titleOf(sized(400, 80), WORDS))).toEqual(["self_attention", "12 %", "MultiheadAttention"]);
  expect(texts(titleOf(sized(170, 80), WORDS))).toEqual(["self_attention", "12 %"]);
  expect(texts(titleOf(sized(20, 80), WORDS))).toEqual([]);
});

it("leaves room within a box for what is below it, as long as that could be seen", () => {
  expect(roomIn(sized(100, 100))).toEqual({ left: 3, top: 17, width: 94, height: 80 });
  expect(roomIn(sized(20, 20))).toEqual({ left: 1.5, top: 1.5, width: 17, height: 17 });
  expect(roomIn(sized(11, 100))).toBeNull();
});

it("says shares with few digits, and none that is there as nothing", () => {
  expect([1, 0.4249, 0.0995, 0.0994, 0.012, 0.0005, 0.0004, 0].map(percent)).toEqual([
    ...["100 %", "42 %", "10 %", "9.9 %", "1.2 %", "0.1 %", "< 0.1 %", "0 %"],
  ]);
});
