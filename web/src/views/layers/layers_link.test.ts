// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { decodeLayers, encodeLayers } from "./layers_link";
import { LAYERS_PARAMETERS } from "./parameters";

function again(fragment: string): string {
  const written = new URLSearchParams();
  encodeLayers(decodeLayers(new URLSearchParams(fragment)), written);
  return decodeURIComponent(written.toString());
}

it("is empty at first, and keeps what was chosen", () => {
  expect(again("")).toBe("");
  const link =
    "layers-run=a&layers-kind=watch/update&layers-statistic=weight_ratio&layers-cell=mean&layers-against=median&layers-range=10,200&layers-row=h.3&layers-turned=h.3&layers-turned=h.4&layers-curve=";
  expect(again(link)).toBe(link);
  for (const name of new URLSearchParams(link).keys())
    expect(LAYERS_PARAMETERS as readonly string[]).toContain(name);
});

it("passes over what is wrong", () => {
  expect(again("layers-cell=best&layers-against=all&layers-range=5,1&layers-range=x")).toBe("");
});
