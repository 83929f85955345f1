// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { decodeModel, encodeModel } from "./model_link";

function again(fragment: string): string {
  const written = new URLSearchParams();
  encodeModel(decodeModel(new URLSearchParams(fragment)), written);
  return written.toString();
}

it("has what differs from the usual, and reads it again", () => {
  expect(again("")).toBe("");
  const whole =
    "model-run=lr%3D0.1%2Fa&graph=0123456789ab&drawing=table&phase=both&model-measured=3&cost=macs&model-selected=layers.3%232%2Fadd&model-query=shape%3A%5B*%2C768%5D";
  expect(again(whole)).toBe(whole);
  expect(again("drawing=graph&phase=forward")).toBe("");
});

it("takes words that it does not know for the usual ones", () => {
  expect(again("drawing=sphere&phase=sideways&model-query=&model-measured=last")).toBe("");
});
