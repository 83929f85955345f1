/** Regular expressions that a user types: case-insensitive, matched anywhere. */

export interface Pattern {
  /** Null when nothing is typed: everything matches. */
  expression: RegExp | null;
  /** Why the text is no regular expression; null when it is one. */
  error: string | null;
}

/** Read a filter. A bad one keeps the expression that was there before, and says why. */
export function parsePattern(text: string, before: RegExp | null): Pattern {
  if (text === "") return { expression: null, error: null };
  try {
    return { expression: new RegExp(text, "iu"), error: null };
  } catch (error) {
    // "Invalid regular expression: /(/iu: Unterminated group" → "Unterminated group"
    const reason = error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /, "") : String(error);
    return { expression: before, error: reason };
  }
}

export function matches(expression: RegExp | null, text: string): boolean {
  return expression === null || expression.test(text);
}
