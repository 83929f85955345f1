/** Filters: regular expressions for names, case-insensitive, matched anywhere. */

import { Expression } from "./regex/expression";
import { PatternError } from "./regex/syntax";
import { TooMuchWork, Work } from "./regex/work";

export interface Pattern {
  /** Null when nothing is typed: everything matches. */
  expression: Expression | null;
  /** The fault of the text, as a sentence; null without one. */
  error: string | null;
}

/** Read a filter. A bad one keeps the expression that was there before, and says why, and what holds instead. */
export function parsePattern(
  text: string,
  before: Expression | null,
  instead: string = before === null ? "Everything is shown" : "The last good one holds",
): Pattern {
  if (text === "") return { expression: null, error: null };
  try {
    return { expression: new Expression(text, { ignoresCase: true }), error: null };
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const what = error.isRefusal ? "Refused" : "Not a regular expression";
    return { expression: before, error: `${what}: ${error.message}. ${instead}.` };
  }
}

/** The names that a filter lets through. */
export interface Sieve {
  /** Whether one of the names passes. */
  passes: (name: string) => boolean;
  error: string | null;
}

/** Steps to match all names with: some tenths of a second on a slow machine. */
const STEPS = 10_000_000;

/** Match names, all at once: a pattern that takes too long with these lets everything through, and it is said. */
export function sieve({ expression, error }: Pattern, names: readonly string[]): Sieve {
  if (expression === null) return { passes: () => true, error };
  const work = new Work(STEPS);
  try {
    const passing = new Set(names.filter((name) => expression.test(name, work)));
    return { passes: (name) => passing.has(name), error };
  } catch (caught) {
    if (!(caught instanceof TooMuchWork)) throw caught;
    return { passes: () => true, error: `Refused: ${caught.message}. Everything is shown.` };
  }
}
