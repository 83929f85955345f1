/**
 * Regular expressions that come from anywhere: a log, a link, a field. The browser's own take exponential time for some
 * (`(a+)+$`); these take time in proportion to the pattern times the text, and the steps of each are bounded.
 */

import { Alphabet } from "./alphabet";
import { Automaton } from "./automaton";
import { capture } from "./capture";
import { compile, type Program } from "./program";
import { type Node, parse } from "./syntax";
import type { Work } from "./work";

export interface ExpressionOptions {
  ignoresCase?: boolean;
  /** Whether it matches at the start of a text alone. */
  isAnchored?: boolean;
}

export class Expression {
  /** The prefix of every text that an anchored expression matches. */
  readonly prefix: string;
  /** Whether every text that begins with the prefix is matched. */
  readonly isPrefix: boolean;
  readonly #program: Program;
  readonly #options: Required<ExpressionOptions>;
  /** Made when something is to be matched: of many patterns most are looked up by their prefix alone. */
  #made: { alphabet: Alphabet; automaton: Automaton } | null = null;

  /** Throws PatternError. */
  constructor(text: string, { ignoresCase = false, isAnchored = false }: ExpressionOptions = {}) {
    const tree = parse(text);
    this.#options = { ignoresCase: ignoresCase || tree.ignoresCase, isAnchored };
    const hasPrefix = isAnchored && !this.#options.ignoresCase;
    [this.prefix, this.isPrefix] = hasPrefix ? prefixOf(tree.root) : ["", false];
    this.#program = compile(tree);
  }

  /** Whether it matches. Throws TooMuchWork. */
  test(text: string, work: Work): boolean {
    return this.#machine().automaton.test(text, work);
  }

  /** The leftmost match and its groups, as RegExp.exec has them; null for none. Throws TooMuchWork. */
  capture(text: string, work: Work): (string | undefined)[] | null {
    return capture(this.#program, this.#machine().alphabet, text, work);
  }

  #machine(): { alphabet: Alphabet; automaton: Automaton } {
    if (this.#made === null) {
      const alphabet = new Alphabet(this.#program, this.#options.ignoresCase);
      const automaton = new Automaton(this.#program, alphabet, this.#options.isAnchored);
      this.#made = { alphabet, automaton };
    }
    return this.#made;
  }
}

/** The literals that a pattern begins with, and whether there is nothing else in it. */
function prefixOf(root: Node): [string, boolean] {
  const parts = root.kind === "sequence" ? root.parts : [root];
  let prefix = "";
  for (const part of parts) {
    if (part.kind === "symbol" && part.literal !== null) prefix += String.fromCodePoint(part.literal);
    else if (!(part.kind === "assertion" && part.what === "start" && prefix === "")) return [prefix, false];
  }
  return [prefix, true];
}
