/** Trees as programs of a machine that follows all ways through a pattern at once. */

import { type Assertion, type Node, PatternError, type Tree } from "./syntax";

export type Instruction =
  /** Read one character, of those that the symbol with this number has; then go on behind. */
  | { kind: "read"; symbol: number }
  /** Go on at the first of two places, and if that leads nowhere at the second. */
  | { kind: "split"; first: number; second: number }
  | { kind: "jump"; to: number }
  | { kind: "assert"; what: Assertion }
  /** Note the place in the text. */
  | { kind: "save"; slot: number }
  /** Forget the notes of slots, from the first to before the second: a group captures in its last round. */
  | { kind: "forget"; from: number; to: number }
  | { kind: "match" };

export interface Program {
  instructions: readonly Instruction[];
  /** Symbols by their numbers, each once. */
  symbols: readonly { source: string; literal: number | null }[];
  /** How many slots there are: two for each group, that of the whole match first. */
  slots: number;
}

/** Repetitions are written out, so that a short text can be a long program. */
const MOST_INSTRUCTIONS = 10_000;

/** Throws PatternError for one that is too long. */
export function compile({ root, groups }: Tree): Program {
  const compiler = new Compiler();
  compiler.add({ kind: "group", body: root, number: 0 });
  compiler.emit({ kind: "match" });
  return { instructions: compiler.instructions, symbols: compiler.symbols, slots: 2 * (groups + 1) };
}

class Compiler {
  readonly instructions: Instruction[] = [];
  readonly symbols: { source: string; literal: number | null }[] = [];
  readonly #numbers = new Map<string, number>();
  #visits = 0;

  emit(instruction: Instruction): number {
    return this.instructions.push(instruction) - 1;
  }

  add(node: Node): void {
    // Counted by nodes: repetitions of nothing make no instructions, and take as long.
    if (++this.#visits > MOST_INSTRUCTIONS)
      throw new PatternError("Too long with its repetitions written out", true);
    if (node.kind === "symbol") this.emit({ kind: "read", symbol: this.#number(node.source, node.literal) });
    else if (node.kind === "assertion") this.emit({ kind: "assert", what: node.what });
    else if (node.kind === "sequence") for (const part of node.parts) this.add(part);
    else if (node.kind === "choice") this.#addChoice(node.options);
    else if (node.kind === "repeat") this.#addRepeat(node);
    else {
      this.emit({ kind: "save", slot: 2 * node.number });
      this.add(node.body);
      this.emit({ kind: "save", slot: 2 * node.number + 1 });
    }
  }

  #number(source: string, literal: number | null): number {
    const known = this.#numbers.get(source);
    if (known !== undefined) return known;
    const number = this.symbols.push({ source, literal }) - 1;
    this.#numbers.set(source, number);
    return number;
  }

  #addChoice(options: readonly Node[]): void {
    const ends: number[] = [];
    for (const [i, option] of options.entries()) {
      if (i === options.length - 1) {
        this.add(option);
        break;
      }
      const split = this.emit({ kind: "split", first: 0, second: 0 });
      this.add(option);
      ends.push(this.emit({ kind: "jump", to: 0 }));
      this.instructions[split] = { kind: "split", first: split + 1, second: this.instructions.length };
    }
    for (const end of ends) this.instructions[end] = { kind: "jump", to: this.instructions.length };
  }

  #addRepeat({ body, least, most, isLazy }: Extract<Node, { kind: "repeat" }>): void {
    const [from, to] = slotsIn(body);
    const round = (): number => {
      const start = this.instructions.length;
      if (from < to) this.emit({ kind: "forget", from, to });
      this.add(body);
      return start;
    };
    const split = (at: number, into: number, past: number): void => {
      this.instructions[at] = isLazy
        ? { kind: "split", first: past, second: into }
        : { kind: "split", first: into, second: past };
    };
    let last = 0;
    for (let i = 0; i < least; i++) last = round();
    if (most !== Number.POSITIVE_INFINITY) {
      const open: number[] = [];
      for (let i = least; i < most; i++) {
        open.push(this.emit({ kind: "jump", to: 0 }));
        round();
      }
      for (const at of open) split(at, at + 1, this.instructions.length);
    } else if (least > 0) {
      const at = this.emit({ kind: "jump", to: 0 });
      split(at, last, at + 1);
    } else {
      const at = this.emit({ kind: "jump", to: 0 });
      round();
      this.emit({ kind: "jump", to: at });
      split(at, at + 1, this.instructions.length);
    }
  }
}

/** The slots of the groups in a tree, from the first to before the second. */
function slotsIn(node: Node): [number, number] {
  if (node.kind === "repeat") return slotsIn(node.body);
  if (node.kind === "group") {
    const [, to] = slotsIn(node.body);
    return [2 * node.number, Math.max(2 * node.number + 2, to)];
  }
  const children = node.kind === "sequence" ? node.parts : node.kind === "choice" ? node.options : [];
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (const child of children) {
    const [first, end] = slotsIn(child);
    [from, to] = [Math.min(from, first), Math.max(to, end)];
  }
  return [from, to];
}
