import { afterEach, expect, it, vi } from "vitest";
import { askEarly, nextCatalogue } from "./early_catalogue";

afterEach(() => {
  vi.unstubAllGlobals();
});

it("is asked for early once, and every other one when it is wished for", async () => {
  let revision = 0;
  const asked = vi.fn(async () => Response.json({ revision: ++revision }));
  vi.stubGlobal("fetch", asked);
  askEarly();
  expect(asked).toHaveBeenCalledTimes(1);
  expect((await nextCatalogue()).catalogue.revision).toBe(1);
  expect((await nextCatalogue()).catalogue.revision).toBe(2);
  expect(asked).toHaveBeenCalledTimes(2);
});

it("tells whoever takes it why it failed, and the next is asked for anew", async () => {
  const answers = [Promise.reject(new TypeError("Failed to fetch")), Response.json({ revision: 3 })];
  vi.stubGlobal("fetch", async () => answers.shift());
  askEarly();
  await expect(nextCatalogue()).rejects.toThrow("The server does not answer.");
  expect((await nextCatalogue()).catalogue.revision).toBe(3);
});
