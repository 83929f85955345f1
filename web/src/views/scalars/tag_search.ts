/**
 * Tags that patterns of charts match. Patterns come from logs and links, any number of them: most are looked up by the text
 * they begin with, and the cost of the others is bounded, for each chart and for all together.
 */

import type { Tag } from "../../api/catalogue";
import { Expression } from "../../kit/regex/expression";
import { PatternError } from "../../kit/regex/syntax";
import { TooMuchWork, Work } from "../../kit/regex/work";

/** A text that is not a pattern, or a pattern that is not matched. */
export interface Refusal {
  pattern: string;
  reason: string;
}

export interface Found {
  /** In the order of the patterns, of each in that of the tags. */
  names: ReadonlySet<string>;
  refused: readonly Refusal[];
}

/** Tags, to be found by their names and by patterns. */
export interface TagTable {
  byName: ReadonlyMap<string, Tag>;
  search: TagSearch;
}

/** Steps for all charts, and for one of them: some seconds, and some tenths of one, on a slow machine. */
const STEPS = 50_000_000;
const STEPS_OF_CHART = 10_000_000;
/** The costs of reading a pattern and each of its characters, in steps. */
const READING = 100;
const READING_CHARACTER = 10;

export class TagSearch {
  readonly #names: readonly string[];
  readonly #work = new Work(STEPS);
  readonly #found = new WeakMap<readonly string[], Found>();
  /** Places of the names, in the order of their code units; null until it is needed. */
  #order: readonly number[] | null = null;

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** The names that these patterns match, at their start or anywhere. The same list again costs nothing. */
  find(patterns: readonly string[], isAnchored: boolean): Found {
    const known = this.#found.get(patterns);
    if (known !== undefined) return known;
    const work = new Work(Math.min(STEPS_OF_CHART, this.#work.left));
    const before = work.left;
    const found = this.#find(new Set(patterns), isAnchored, work);
    this.#work.spend(before - Math.max(0, work.left));
    this.#found.set(patterns, found);
    return found;
  }

  #find(patterns: ReadonlySet<string>, isAnchored: boolean, work: Work): Found {
    const names = new Set<string>();
    const refused: Refusal[] = [];
    for (const pattern of patterns) {
      try {
        work.spend(READING + READING_CHARACTER * pattern.length);
        const expression = new Expression(pattern, { isAnchored });
        for (const name of this.#matching(expression, work)) names.add(name);
      } catch (error) {
        if (!(error instanceof PatternError || error instanceof TooMuchWork)) throw error;
        refused.push({ pattern, reason: error.message });
      }
    }
    return { names, refused };
  }

  #matching(expression: Expression, work: Work): string[] {
    const candidates = expression.prefix === "" ? this.#names : this.#beginning(expression.prefix);
    work.spend(candidates.length);
    return expression.isPrefix ? [...candidates] : candidates.filter((name) => expression.test(name, work));
  }

  /** The names that begin so. */
  #beginning(prefix: string): string[] {
    const names = this.#names;
    this.#order ??= names.map((_, i) => i).sort((one, other) => (names[one] < names[other] ? -1 : 1));
    const order = this.#order;
    const first = firstWhere(order.length, (i) => names[order[i]] >= prefix);
    const end = firstWhere(
      order.length,
      (i) => names[order[i]] >= prefix && !names[order[i]].startsWith(prefix),
    );
    return order
      .slice(first, end)
      .sort((one, other) => one - other)
      .map((i) => names[i]);
  }
}

export function tableOf(tags: readonly Tag[]): TagTable {
  const byName = new Map(tags.map((tag) => [tag.name, tag]));
  return { byName, search: new TagSearch([...byName.keys()]) };
}

/** The first number below `end` of which it holds, where it holds of all after one; `end` where of none. */
function firstWhere(end: number, holds: (i: number) => boolean): number {
  let [low, high] = [0, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
