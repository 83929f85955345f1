import { expect, it } from "vitest";
import { parsePattern, sieve } from "./pattern";

const passing = (text: string, names: string[]): string[] => {
  const { passes } = sieve(parsePattern(text, null), names);
  return names.filter(passes);
};

it("matches anywhere, whatever the case; nothing typed matches everything", () => {
  expect(passing("loss$|^ACC", ["train/Loss", "accuracy", "losses"])).toEqual(["train/Loss", "accuracy"]);
  expect(passing("", ["anything"])).toEqual(["anything"]);
});

it("says why it is bad, and keeps the last good one", () => {
  const good = parsePattern("loss", null);
  const bad = parsePattern("loss(", good.expression);
  expect(bad.expression).toBe(good.expression);
  expect(bad.error).toBe("Not a regular expression: Unterminated group. The last good one holds.");
  expect(sieve(bad, ["loss"]).error).toBe(bad.error);
  expect(parsePattern("a(?=b)", null).error).toBe(
    "Refused: Look-ahead and look-behind are not supported. Everything is shown.",
  );
});

it("lets everything through when it would take too long", () => {
  const names = Array.from({ length: 5000 }, (_, i) => (i * 7919).toString(2).padStart(40, "0").repeat(5));
  const found = sieve(parsePattern("(0|1)*0(0|1){150}2", null), names);
  expect(found.error).toBe("Refused: Matching this against all names takes too long. Everything is shown.");
  expect(names.every(found.passes)).toBe(true);
});
