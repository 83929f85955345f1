import { effect } from "@preact/signals";
import { afterEach, expect, it, vi } from "vitest";
import { partWith } from "./model_fixture";
import { askAgainForParts, choice, type LoadedPart, partOf } from "./model_state";

afterEach(() => {
  choice.value = null;
  vi.unstubAllGlobals();
});

it("asks once for a part that cannot be had, and again when it is told to", async () => {
  const fetched = vi.fn(() => Promise.reject(new TypeError("gone")));
  vi.stubGlobal("fetch", fetched);
  choice.value = { run: "r0", graph: "aaaaaaaaaaaa", phase: "forward" };
  const seen: LoadedPart[] = [];
  const stop = effect(() => void seen.push(partOf(0).value));
  await vi.waitFor(() => expect(seen.at(-1)?.problem).toBe("The server does not answer."));
  expect(fetched).toHaveBeenCalledTimes(1);
  const part = partWith(["relu"]);
  vi.stubGlobal("fetch", async () => ({ ok: true, json: async () => part }));
  askAgainForParts();
  await vi.waitFor(() => expect(seen.at(-1)).toEqual({ part, problem: "" }));
  stop();
});
