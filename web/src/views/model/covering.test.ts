// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { roomBeside } from "./covering";

const FRAME = new DOMRect(500, 100, 700, 600);

it("leaves what is not covered", () => {
  expect(roomBeside(FRAME, null)).toEqual({ width: 700, height: 600 });
  expect(roomBeside(FRAME, new DOMRect(1200, 100, 320, 600))).toEqual({ width: 700, height: 600 });
  expect(roomBeside(FRAME, new DOMRect(960, 80, 320, 700))).toEqual({ width: 460, height: 600 });
  expect(roomBeside(FRAME, new DOMRect(0, 400, 1300, 400))).toEqual({ width: 700, height: 300 });
  expect(roomBeside(FRAME, new DOMRect(0, 50, 1300, 800))).toEqual({ width: 700, height: 0 });
});
