import { effect } from "@preact/signals";
import { afterEach, expect, it, vi } from "vitest";
import { partWith } from "./model_fixture";
import { askAgainForParts, choice, type LoadedPart, partOf, setUnfolded, unfolded } from "./model_state";

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

it("tells nobody of a group that is unfolded already", () => {
  const told = vi.fn();
  const stop = effect(() => told(unfolded.value.has(3)));
  setUnfolded(3, true);
  setUnfolded(3, true);
  setUnfolded(4, false);
  expect(told.mock.calls).toEqual([[false], [true]]);
  setUnfolded(3, false);
  expect(told).toHaveBeenLastCalledWith(false);
  stop();
});
