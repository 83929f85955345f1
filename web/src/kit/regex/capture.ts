/**
 * The captures of a pattern's groups: all ways through it are followed at once, in the order in which a backtracking
 * matcher would try them, each with its captures.
 */

import type { Alphabet, Letter } from "./alphabet";
import { holds } from "./automaton";
import type { Program } from "./program";
import type { Work } from "./work";

/** A way: its place in the program, and places in the text by slots; −1 where nothing was noted. */
interface Way {
  place: number;
  slots: readonly number[];
}

/**
 * The leftmost match: the whole, then its groups, undefined for one that took no part; null for no match. Of several,
 * the one that the browser's expressions find too, unless something is repeated that may be empty. Throws TooMuchWork.
 */
export function capture(
  program: Program,
  alphabet: Alphabet,
  text: string,
  work: Work,
): (string | undefined)[] | null {
  const nothing = new Array<number>(program.slots).fill(-1);
  let ways: Way[] = [];
  let found: readonly number[] | null = null;
  let isAfterWord = false;
  for (let at = 0; ; ) {
    const codePoint = text.codePointAt(at);
    const letter = codePoint === undefined ? null : alphabet.letter(codePoint, work);
    // A match that begins further left is better.
    if (found === null) ways.push({ place: 0, slots: nothing });
    const reading = follow(program, ways, { at, isAfterWord, letter }, work);
    ways = [];
    for (const { place, slots } of reading) {
      const instruction = program.instructions[place];
      if (instruction.kind === "match") {
        // Ways behind it in the order are worse.
        found = slots;
        break;
      }
      if (instruction.kind === "read" && letter?.isIn[instruction.symbol])
        ways.push({ place: place + 1, slots });
    }
    if (codePoint === undefined || (ways.length === 0 && found !== null)) break;
    at += codePoint > 0xffff ? 2 : 1;
    isAfterWord = letter?.isWord ?? false;
  }
  if (found === null) return null;
  const slots = found;
  return Array.from({ length: slots.length / 2 }, (_, i) =>
    slots[2 * i] < 0 || slots[2 * i + 1] < 0 ? undefined : text.slice(slots[2 * i], slots[2 * i + 1]),
  );
}

/** The ways that read a character or have come to the end, best first. */
function follow(
  { instructions }: Program,
  ways: readonly Way[],
  { at, isAfterWord, letter }: { at: number; isAfterWord: boolean; letter: Letter | null },
  work: Work,
): Way[] {
  const reached = new Set<number>();
  const reading: Way[] = [];
  const open = ways.toReversed();
  for (let way = open.pop(); way !== undefined; way = open.pop()) {
    const { place, slots } = way;
    work.spend(1);
    if (reached.has(place)) continue;
    reached.add(place);
    const instruction = instructions[place];
    if (instruction.kind === "read" || instruction.kind === "match") reading.push(way);
    else if (instruction.kind === "split")
      open.push({ place: instruction.second, slots }, { place: instruction.first, slots });
    else if (instruction.kind === "jump") open.push({ place: instruction.to, slots });
    else if (instruction.kind === "assert") {
      if (holds(instruction.what, at === 0, isAfterWord, letter)) open.push({ place: place + 1, slots });
    } else {
      work.spend(slots.length);
      const noted = slots.slice();
      if (instruction.kind === "save") noted[instruction.slot] = at;
      else noted.fill(-1, instruction.from, instruction.to);
      open.push({ place: place + 1, slots: noted });
    }
  }
  return reading;
}
