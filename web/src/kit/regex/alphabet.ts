/**
 * Characters as the symbols of a pattern tell them apart. Which symbols have a character, the browser's own expressions
 * say: of one symbol and one character at a time, which costs little, with all of Unicode's cases and properties.
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

export class Alphabet {
  /** Of each symbol the one character that it has, else a test for its characters. */
  readonly #symbols: readonly (number | RegExp)[];
  readonly #word: RegExp;
  readonly #byCodePoint = new Map<number, Letter>();
  readonly #bySymbols = new Map<string, Letter>();

  constructor(program: Program, ignoresCase: boolean) {
    const flags = ignoresCase ? "iu" : "u";
    // Some characters are those of words only where case is ignored.
    this.#word = new RegExp("\\w", flags);
    this.#symbols = program.symbols.map(({ source, literal }) =>
      literal !== null && !ignoresCase ? literal : new RegExp(`^${source}$`, flags),
    );
  }

  letter(codePoint: number, work: Work): Letter {
    return this.#byCodePoint.get(codePoint) ?? this.#meet(codePoint, work);
  }

  #meet(codePoint: number, work: Work): Letter {
    work.spend(this.#symbols.length);
    const text = String.fromCodePoint(codePoint);
    const isIn = this.#symbols.map((symbol) =>
      typeof symbol === "number" ? symbol === codePoint : symbol.test(text),
    );
    const isWord = this.#word.test(text);
    const key = [isWord, ...isIn].map(Number).join("");
    const letter = this.#bySymbols.get(key) ?? { number: this.#bySymbols.size, isIn, isWord };
    this.#bySymbols.set(key, letter);
    this.#byCodePoint.set(codePoint, letter);
    return letter;
  }
}
