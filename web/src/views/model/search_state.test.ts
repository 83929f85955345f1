// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ModelSearch } from "../../api/model";
import { changeModel } from "./model_link";
import { choice, foundPlace, search } from "./model_state";
import { countInWords, followSearch, isSearching, searchProblem } from "./search_state";

const CHOICE = { run: "r0", graph: "aaaaaaaaaaaa", phase: "forward" } as const;

let asked: string[] = [];
let answer: { status: number; body: object } = { status: 200, body: {} };

function found(count: number): ModelSearch {
  const box = { group: 1, node: -1, name: "a", type: "", key: "a", groups: [0] };
  return { count, found: Array.from({ length: Math.min(3, count) }, () => box), problem: "" };
}

followSearch();

beforeEach(() => {
  asked = [];
  vi.useFakeTimers();
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(new URLSearchParams(path.split("?")[1]).get("query") ?? "");
    const text = JSON.stringify(answer.body);
    return new Response(text, { status: answer.status });
  });
  choice.value = CHOICE;
});

afterEach(() => {
  changeModel({ query: "" });
  choice.value = null;
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function typed(query: string): Promise<void> {
  changeModel({ query });
  await vi.advanceTimersByTimeAsync(1000);
}

it("asks for what was typed, when the typing rests", async () => {
  answer = { status: 200, body: found(2) };
  changeModel({ query: "lin" });
  changeModel({ query: "linear" });
  expect([isSearching.value, asked]).toEqual([true, []]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toEqual(["linear"]);
  expect([search.value?.count, foundPlace.value, isSearching.value]).toEqual([2, -1, false]);
  await typed("");
  expect([search.value, asked.length]).toEqual([null, 1]);
});

it("keeps the place in another graph where there is as much, and begins anew for another query", async () => {
  answer = { status: 200, body: found(2) };
  await typed("linear");
  foundPlace.value = 1;
  choice.value = { ...CHOICE, graph: "bbbbbbbbbbbb" };
  await vi.advanceTimersByTimeAsync(1000);
  expect([asked.length, foundPlace.value]).toEqual([2, 1]);
  await typed("linear 2");
  expect(foundPlace.value).toBe(-1);
});

it("says why a query cannot be read, and what the server says", async () => {
  answer = { status: 200, body: { ...found(0), problem: "macs> needs a number." } };
  await typed("macs>");
  expect([searchProblem.value, search.value?.count]).toEqual(["macs> needs a number.", 0]);
  answer = { status: 404, body: { error: "No such graph." } };
  await typed("more");
  expect([searchProblem.value, search.value]).toEqual(["No such graph.", null]);
});

it("counts in words", () => {
  expect(countInWords(found(0), -1)).toBe("nothing");
  expect(countInWords(found(3), -1)).toBe("3");
  expect(countInWords(found(3), 0)).toBe("1 of 3");
  expect(countInWords(found(4210), 2)).toBe("3 of the first 3 of 4,210");
});
