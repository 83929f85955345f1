// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";
import { slice, startLink } from "./link";

interface State {
  word: string;
  other: number;
}

function sliceOf(name: string) {
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
