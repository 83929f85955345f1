/**
 * Characters as the symbols of a pattern tell them apart. Which symbols have a character, the browser's own expressions
 * say: of one symbol and one character at a time, which is no work, with all of Unicode's cases and properties.
 */

import type { Program } from "./program";
import type { Work } from "./work";

/** Characters that are all alike for a pattern. */
export interface Letter {
  /** A small number of its own. */
  number: number;
  /** Whether a symbol has it, by the symbol's number. */
  isIn: readonly boolean[];
  isWord: boolean;
}

const WORD = /\w/u;

export class Alphabet {
  readonly #symbols: readonly { literal: number | null; expression: RegExp | null; source: string }[];
  readonly #flags: string;
  readonly #word: RegExp;
  readonly #byCodePoint = new Map<number, Letter>();
  readonly #bySymbols = new Map<string, Letter>();

  constructor(program: Program, ignoresCase: boolean) {
    this.#flags = ignoresCase ? "iu" : "u";
    // Some characters are those of words only where case is ignored.
    this.#word = ignoresCase ? /\w/iu : WORD;
    this.#symbols = program.symbols.map(({ source, literal }) => {
      const isPlain = literal !== null && !ignoresCase;
      return { source, literal: isPlain ? literal : null, expression: isPlain ? null : this.#native(source) };
    });
  }

  letter(codePoint: number, work: Work): Letter {
    return this.#byCodePoint.get(codePoint) ?? this.#meet(codePoint, work);
  }

  #native(source: string): RegExp {
    return new RegExp(`^${source}$`, this.#flags);
  }

  #meet(codePoint: number, work: Work): Letter {
    work.spend(this.#symbols.length);
    const text = String.fromCodePoint(codePoint);
    const isIn = this.#symbols.map(({ literal, expression }) =>
      expression === null ? literal === codePoint : expression.test(text),
    );
    const isWord = this.#word.test(text);
    const key = [isWord, ...isIn].map(Number).join("");
    const letter = this.#bySymbols.get(key) ?? { number: this.#bySymbols.size, isIn, isWord };
    this.#bySymbols.set(key, letter);
    this.#byCodePoint.set(codePoint, letter);
    return letter;
  }
}
