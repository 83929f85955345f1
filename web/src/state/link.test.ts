// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { slice, startLink } from "./link";

interface State {
  word: string;
  other: number;
}

function sliceOf(name: string, steps: readonly (keyof State)[] = []) {
  return slice<State>({
    parameters: [name, `${name}-other`],
    encode: ({ word, other }, parameters) => {
      if (word !== "") parameters.set(name, word);
      if (other !== 0) parameters.set(`${name}-other`, String(other));
    },
    decode: (parameters) => ({
      word: parameters.get(name) ?? "",
      other: Number(parameters.get(`${name}-other`) ?? 0),
    }),
    steps,
  });
}

function open(fragment: string): void {
  history.replaceState(null, "", `#${fragment}`);
  dispatchEvent(new Event("hashchange"));
}

startLink(new Set(["late", "late-other"]));

describe("the link", () => {
  afterEach(() => open(""));

  it("follows the slices, and they follow it", () => {
    const { fields, change } = sliceOf("one");
    change({ word: "a&b" });
    expect(location.hash).toBe("#one=a%26b");
    open("one=c&one-other=3&unknown=1");
    expect({ ...fields }).toEqual({ word: "c", other: 3 });
    // A parameter that no view owns goes when the fragment is written again.
    change({ word: "d" });
    expect(location.hash).toBe("#one=d&one-other=3");
  });

  it("is not lost where something changes before its event comes", () => {
    const { fields, change } = sliceOf("early");
    history.replaceState(null, "", "#early=link");
    change({ other: 7 });
    expect(location.hash).toBe("#early=link");
    dispatchEvent(new Event("hashchange"));
    expect({ ...fields }).toEqual({ word: "link", other: 0 });
    change({ other: 8 });
    expect(location.hash).toBe("#early=link&early-other=8");
  });

  it("keeps what belongs to a view that is not loaded, and gives it to the view", () => {
    const { change } = sliceOf("first");
    open("late=x&late-other=2&late-other=2");
    change({ word: "y" });
    expect(location.hash).toBe("#first=y&late=x&late-other=2&late-other=2");
    const late = sliceOf("late");
    expect(late.fields.word).toBe("x");
    late.change({ word: "" });
    expect(location.hash).toBe("#first=y&late-other=2");
  });
});

describe("the history", () => {
  /** What was pushed, with what each entry was when it was left. */
  let entries: string[] = [];

  beforeEach(() => {
    vi.useFakeTimers();
    open("");
    entries = [];
    vi.spyOn(history, "pushState").mockImplementation((state, _title, address) => {
      entries.push(location.hash);
      history.replaceState(state, "", address);
    });
  });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
    open("");
  });

  /** Go to an entry of the history, as the browser does. */
  function goTo(hash: string, state: unknown): void {
    history.replaceState(state, "", hash === "" ? location.pathname : hash);
    dispatchEvent(new PopStateEvent("popstate", { state }));
    dispatchEvent(new Event("hashchange"));
  }

  function steppedSlice(name: string) {
    return sliceOf(name, ["other"]);
  }

  it("has a step where a field says so, and none for what is typed", () => {
    const { change } = steppedSlice("typed");
    for (const word of ["l", "lo", "los"]) change({ word });
    expect(entries).toEqual([]);
    change({ other: 1 });
    expect(entries).toEqual(["#typed=los"]);
    expect(location.hash).toBe("#typed=los&typed-other=1");
    change({ word: "loss" });
    expect(entries.length).toBe(1);
  });

  it("goes back to what the steps were, and leaves the rest as it is", () => {
    const { fields, change } = steppedSlice("back");
    change({ word: "a" });
    const { state } = history;
    change({ other: 1 });
    change({ word: "b" });
    goTo("#back=a", state);
    expect({ ...fields }).toEqual({ word: "b", other: 0 });
    expect(location.hash).toBe("#back=b");
    expect(entries.length).toBe(1);
    goTo("#back=a&back-other=1", state);
    expect({ ...fields }).toEqual({ word: "b", other: 1 });
  });

  it("reads the whole link where another one was opened, and where Back goes behind that", () => {
    const { fields, change } = steppedSlice("opened");
    change({ word: "mine", other: 1 });
    const { state } = history;
    goTo("#opened=yours", null);
    expect({ ...fields }).toEqual({ word: "yours", other: 0 });
    expect(history.state).not.toEqual(state);
    goTo("#opened=mine&opened-other=1", state);
    expect({ ...fields }).toEqual({ word: "mine", other: 1 });
  });

  it("takes changes in a row for one step", () => {
    const { change } = steppedSlice("wheel");
    for (let other = 1; other < 20; other++) {
      change({ other });
      vi.advanceTimersByTime(100);
    }
    expect(entries).toEqual([""]);
    vi.advanceTimersByTime(2000);
    change({ other: 30 });
    expect(entries).toEqual(["", "#wheel-other=19"]);
  });
});
