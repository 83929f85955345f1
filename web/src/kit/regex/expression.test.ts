import { describe, expect, it } from "vitest";
import { Expression } from "./expression";
import { PatternError } from "./syntax";
import { TooMuchWork, Work } from "./work";

const ENOUGH = 1e8;
/** Random patterns, each with a few texts; `make test-all` asks for more of them. */
const ROUNDS = process.env.CUTAWAY_THOROUGH === undefined ? 500 : 5000;

function tests(pattern: string, text: string): boolean {
  return new Expression(pattern).test(text, new Work(ENOUGH));
}

/** Numbers that look random and are the same each time. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Makes patterns and texts; both have few characters, so that they often meet. */
class Maker {
  readonly #random = numbers(20_260_101);

  below(count: number): number {
    return Math.floor(this.#random.next().value * count);
  }

  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)];
  }

  text(): string {
    const characters = ["a", "b", "A", "_", "-", "/", " ", "7", "é", "K", "ſ", "İ", "😀", "\n", "\ud800"];
    return Array.from({ length: this.below(9) }, () => this.of(characters)).join("");
  }

  atom(depth: number, isSimple: boolean): string {
    const choice = this.below(isSimple ? 5 : 9);
    if (choice < 3)
      return this.of(["a", "b", "A", "k", "s", "_", "-", "/", "7", "é", "😀", "\\u{1f600}", "\\x41"]);
    if (choice === 3)
      return this.of([
        ".",
        "\\d",
        "\\D",
        "\\w",
        "\\W",
        "\\s",
        "\\S",
        "\\n",
        "\\/",
        "\\.",
        "\\p{L}",
        "\\P{Lu}",
      ]);
    if (choice === 4)
      return this.of([
        "[ab]",
        "[^a]",
        "[a-z]",
        "[\\d_]",
        "[^\\w]",
        "[-a]",
        "[a-]",
        "[^]",
        "[😀-😂]",
        "[\\]\\-é]",
      ]);
    if (choice === 5 || depth > 3) return this.of(["^", "$", "\\b", "\\B"]);
    const open = this.of(["(", "(?:", `(?<n${this.below(1e9)}>`]);
    return `${open}${this.choice(depth + 1, false)})`;
  }

  /** Where `isSolid`, repeated parts are never empty. */
  choice(depth: number, isSolid: boolean): string {
    const sequence = (): string =>
      Array.from({ length: this.below(4) }, () => {
        const body = this.atom(depth, isSolid);
        const isAssertion = ["^", "$", "\\b", "\\B"].includes(body);
        const quantifiers = [
          "",
          "",
          "*",
          "+",
          "?",
          "*?",
          "+?",
          "??",
          "{2}",
          "{1,3}",
          "{0}",
          "{2,}",
          "{0,2}?",
        ];
        return isAssertion ? body : body + this.of(quantifiers);
      }).join("");
    return Array.from({ length: 1 + (this.below(3) === 0 ? this.below(3) : 0) }, sequence).join("|");
  }
}

describe("what matches", () => {
  it("is what the browser's own expressions match", () => {
    const maker = new Maker();
    let found = 0;
    const wrong: unknown[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const pattern = maker.choice(0, false);
      const ignoresCase = maker.below(2) === 0;
      const isAnchored = maker.below(3) === 0;
      const flags = ignoresCase ? "iu" : "u";
      const oracle = new RegExp(isAnchored ? `^(?:${pattern})` : pattern, flags);
      const expression = new Expression(pattern, { isAnchored, ignoresCase });
      for (let each = 0; each < 5; each++) {
        const text = maker.text();
        // V8 finds that \B holds in the middle of a character of two code units.
        if (pattern.includes("\\B") && text.includes("😀")) continue;
        const is = oracle.test(text);
        if (expression.test(text, new Work(ENOUGH)) !== is)
          wrong.push({ pattern, flags, isAnchored, text, is });
        if (is && text !== "") found++;
      }
    }
    expect(wrong).toEqual([]);
    // Neither all nor none of them.
    expect(found).toBeGreaterThan(ROUNDS);
    expect(found).toBeLessThan(4 * ROUNDS);
  });

  it("captures what the browser's own expressions capture", () => {
    const maker = new Maker();
    let found = 0;
    const wrong: unknown[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      // Groups about repeated parts, and repeated groups that are never empty.
      const pattern = Array.from({ length: 1 + maker.below(3) }, () => {
        const inner = `${maker.choice(9, true)}`;
        return maker.of([
          `(${inner})`,
          `(${inner}|b)`,
          `(?:(a)|(${maker.atom(9, true)})|b)+`,
          `(a|ab)*?`,
          "b",
        ]);
      }).join(maker.of(["", "|", "_?"]));
      const oracle = new RegExp(pattern, "iu");
      const expression = new Expression(pattern, { ignoresCase: true });
      for (let each = 0; each < 5; each++) {
        const text = maker.text();
        const match = oracle.exec(text);
        const captured = expression.capture(text, new Work(ENOUGH));
        const isSame =
          match === null
            ? captured === null
            : captured?.length === match.length && match.every((group, i) => group === captured[i]);
        if (!isSame) wrong.push({ pattern, text, captured, match });
        if (match !== null && match[0] !== "") found++;
      }
    }
    expect(wrong).toEqual([]);
    expect(found).toBeGreaterThan(ROUNDS);
  });

  it("is what Python writes too", () => {
    expect(tests("train\\-loss\\ \\#1", "train-loss #1")).toBe(true);
    expect(tests("(?P<what>loss)\\Z", "val/loss")).toBe(true);
    expect(tests("(?i)LOSS", "val/loss")).toBe(true);
    expect(tests("\\Aloss", "val/loss")).toBe(false);
    expect(tests("[\\w.-]+}", "a-b.c}")).toBe(true);
    expect(tests("^a{,2}$", "aa")).toBe(true);
    expect(tests("a{b}{", "a{b}{")).toBe(true);
  });

  it("begins so where that is known", () => {
    const of = (pattern: string, options = { isAnchored: true }): [string, boolean] => {
      const { prefix, isPrefix } = new Expression(pattern, options);
      return [prefix, isPrefix];
    };
    expect(of("train/loss")).toEqual(["train/loss", true]);
    expect(of("^train\\/loss$")).toEqual(["train/loss", false]);
    expect(of("trains?")).toEqual(["train", false]);
    expect(of("a|b")).toEqual(["", false]);
    expect(of("(?i)a")).toEqual(["", false]);
    expect(of("a", { isAnchored: false })).toEqual(["", false]);
  });
});

describe("a text that is not a pattern", () => {
  const error = (pattern: string): [string, boolean] => {
    try {
      new Expression(pattern);
    } catch (caught) {
      if (caught instanceof PatternError) return [caught.message, caught.isRefusal];
      throw caught;
    }
    return ["", false];
  };

  it.each([
    ["loss(", "Unterminated group"],
    ["loss)", "Unmatched ')'"],
    ["[a", "Unterminated character class"],
    ["[b-a]", "Range out of order in character class"],
    ["*", "Nothing to repeat"],
    ["a**", "Nothing to repeat"],
    ["^*", "Nothing to repeat"],
    ["|{2}", "Nothing to repeat"],
    ["a{3,2}", "Numbers out of order in {} quantifier"],
    ["\\", "\\ at end of pattern"],
    ["\\q", "Invalid escape \\q"],
    ["\\U0001F600", "Invalid escape \\U"],
    ["\\u{110000}", "Invalid Unicode escape"],
    ["\\p{Nonsense}", "Invalid property name"],
    ["(?x)", "Invalid group"],
  ])("%s", (pattern, reason) => {
    expect(error(pattern)).toEqual([reason, false]);
  });

  it.each([
    ["a(?=b)", "Look-ahead and look-behind are not supported"],
    ["(?<!a)b", "Look-ahead and look-behind are not supported"],
    ["(a)\\1", "Back-references are not supported"],
    ["(?<n>a)\\k<n>", "Back-references are not supported"],
    ["(?P<n>a)(?P=n)", "Back-references are not supported"],
    [`${"(".repeat(3000)}a${")".repeat(3000)}`, "Nested more than 200 groups deep"],
    ["(".repeat(200_000), "Longer than 10,000 characters"],
    ["a{1001}", "Repeated more than 1,000 times"],
    ["((a{100}){100}){100}", "Too long with its repetitions written out"],
    ["(?:(?:(?:){1000}){1000}){1000}", "Too long with its repetitions written out"],
  ])("nor what could take forever: %.40s", (pattern, reason) => {
    expect(error(pattern)).toEqual([reason, true]);
  });
});

describe("hostile patterns", () => {
  const many = "a".repeat(5000);

  it.each([
    "(a+)+$",
    "(a*)*b",
    "(a|a)*b",
    "(a|aa)+$",
    "(?:a?){50}a{50}$",
    "(.*)*c",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
  ])("take time in proportion to the text: %s", (pattern) => {
    const work = new Work(ENOUGH);
    expect(new Expression(pattern).test(`${many}!`, work)).toBe(false);
    expect(ENOUGH - work.left).toBeLessThan(10 * many.length);
    const captures = new Work(ENOUGH);
    expect(new Expression(pattern).capture(`${many}!`, captures)).toBeNull();
    expect(ENOUGH - captures.left).toBeLessThan(2000 * many.length);
  });

  it("end when they have had their share, where they have too many states for that", () => {
    const expression = new Expression("(a|b)*a(a|b){500}c");
    const random = numbers(7);
    const text = Array.from(many, () => (random.next().value < 0.5 ? "a" : "b")).join("");
    expect(() => expression.test(text, new Work(1_000_000))).toThrow(TooMuchWork);
    expect(() => expression.capture(text, new Work(1_000_000))).toThrow(TooMuchWork);
    // And are as right as before when they are asked again.
    expect(expression.test(`${text.slice(0, 2000)}c`, new Work(ENOUGH))).toBe(
      /a[ab]{500}c/u.test(`${text.slice(0, 2000)}c`),
    );
  });
});
