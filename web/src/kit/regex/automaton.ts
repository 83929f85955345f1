/**
 * Whether a pattern is somewhere in a text, in one pass: all ways through the pattern are followed at once, and what
 * follows a set of places on a letter is found once and remembered.
 */

import type { Alphabet, Letter } from "./alphabet";
import type { Program } from "./program";
import type { Assertion } from "./syntax";
import type { Work } from "./work";

/** The positions of all ways in the program before a character, and the kind of character before it. */
interface State {
  places: readonly number[];
  isStart: boolean;
  isAfterWord: boolean;
  /** The next state on each letter, by its number, and at the end of the text; undefined until it is found. */
  next: (Next | undefined)[];
  end: Next | undefined;
}

type Next = State | "matched" | "failed";

/** The cost of a state that is not remembered, in steps along those that are. */
const FINDING = 4;

/** More remembered places than this are forgotten, all of them, and found again. */
const MOST_REMEMBERED = 200_000;

/** Whether an assertion holds between two characters; null is the end of the text, or its start. */
export function holds(what: Assertion, isStart: boolean, isAfterWord: boolean, next: Letter | null): boolean {
  if (what === "start") return isStart;
  if (what === "end") return next === null;
  const isBoundary = isAfterWord !== (next?.isWord ?? false);
  return isBoundary === (what === "boundary");
}

export class Automaton {
  readonly #program: Program;
  readonly #alphabet: Alphabet;
  readonly #isAnchored: boolean;
  readonly #states = new Map<string, State>();
  #remembered = 0;
  #initial: State;
  /** When a place was last reached: a set that is emptied by counting on. */
  readonly #reached: Int32Array;
  #round = 0;

  /** Anchored: at the start of the text alone. */
  constructor(program: Program, alphabet: Alphabet, isAnchored: boolean) {
    this.#program = program;
    this.#alphabet = alphabet;
    this.#isAnchored = isAnchored;
    this.#reached = new Int32Array(program.instructions.length);
    this.#initial = this.#state([0], true, false);
  }

  /** Throws TooMuchWork. */
  test(text: string, work: Work): boolean {
    let state = this.#initial;
    for (let place = 0; place < text.length; ) {
      const codePoint = text.codePointAt(place) as number;
      place += codePoint > 0xffff ? 2 : 1;
      const letter = this.#alphabet.letter(codePoint, work);
      work.spend(1);
      const next = state.next[letter.number] ?? this.#follow(state, letter, work);
      if (typeof next === "string") return next === "matched";
      state = next;
    }
    work.spend(1);
    return (state.end ?? this.#follow(state, null, work)) === "matched";
  }

  #follow(state: State, letter: Letter | null, work: Work): Next {
    const next = this.#find(state, letter, work);
    if (letter === null) state.end = next;
    else state.next[letter.number] = next;
    return next;
  }

  #find({ places, isStart, isAfterWord }: State, letter: Letter | null, work: Work): Next {
    const { instructions } = this.#program;
    const found: number[] = [];
    const open = [...places];
    this.#round++;
    while (open.length > 0) {
      const place = open.pop() as number;
      work.spend(FINDING);
      if (this.#reached[place] === this.#round) continue;
      this.#reached[place] = this.#round;
      const instruction = instructions[place];
      if (instruction.kind === "match") return "matched";
      if (instruction.kind === "read") {
        if (letter?.isIn[instruction.symbol]) found.push(place + 1);
      } else if (instruction.kind === "split") open.push(instruction.first, instruction.second);
      else if (instruction.kind === "jump") open.push(instruction.to);
      else if (instruction.kind !== "assert" || holds(instruction.what, isStart, isAfterWord, letter))
        open.push(place + 1);
    }
    if (letter === null) return "failed";
    if (!this.#isAnchored) found.push(0);
    return found.length === 0
      ? "failed"
      : this.#state(
          found.sort((one, other) => one - other),
          false,
          letter.isWord,
        );
  }

  #state(places: readonly number[], isStart: boolean, isAfterWord: boolean): State {
    const key = `${Number(isStart)}${Number(isAfterWord)} ${places.join()}`;
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    this.#remembered += places.length + 1;
    if (this.#remembered > MOST_REMEMBERED) {
      this.#states.clear();
      this.#remembered = places.length + 1;
      // The states reached from it are forgotten with it.
      if (!isStart) this.#initial = this.#state([0], true, false);
    }
    const state = { places, isStart, isAfterWord, next: [], end: undefined };
    this.#states.set(key, state);
    return state;
  }
}
