/**
 * Regular expressions as trees. The syntax is the one that JavaScript and Python share: literals, `.`, classes, groups,
 * alternatives, quantifiers, `^ $ \b \B \A \Z`, a leading `(?i)`. Patterns that cannot be matched in linear time are
 * refused.
 */

/** The reason why a text is not a pattern, or not one that is matched here. */
export class PatternError extends Error {
  /** Whether it is a regular expression all the same. */
  readonly isRefusal: boolean;

  constructor(message: string, isRefusal = false) {
    super(message);
    this.isRefusal = isRefusal;
  }
}

export type Assertion = "start" | "end" | "boundary" | "inside";

export type Node =
  /** One character: `source` is a native expression of it, `literal` its code point where there is only one. */
  | { kind: "symbol"; source: string; literal: number | null }
  | { kind: "assertion"; what: Assertion }
  | { kind: "sequence"; parts: readonly Node[] }
  | { kind: "choice"; options: readonly Node[] }
  | { kind: "group"; body: Node; number: number }
  | { kind: "repeat"; body: Node; least: number; most: number; isLazy: boolean };

export interface Tree {
  root: Node;
  /** How many groups capture. */
  groups: number;
  /** Whether it begins with `(?i)`. */
  ignoresCase: boolean;
}

const MOST_CHARACTERS = 10_000;
const DEEPEST = 200;
const MOST_REPEATED = 1000;

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };
const QUANTIFIER = /\{(\d*)(,?)(\d*)\}/uy;
const UNICODE = /u(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{4}))|x([0-9a-fA-F]{2})/uy;
const PROPERTY = /[pP]\{[\w=]{1,60}\}/uy;
const GROUP_NAME = /\?P?<[\p{L}_$][\p{L}\p{N}_$]*>/uy;

/** Read a pattern. Throws PatternError. */
export function parse(text: string): Tree {
  if (text.length > MOST_CHARACTERS)
    throw new PatternError(`Longer than ${MOST_CHARACTERS.toLocaleString("en")} characters`, true);
  const ignoresCase = text.startsWith("(?i)");
  const parser = new Parser(text, ignoresCase ? 4 : 0);
  const root = parser.choice(0);
  if (!parser.atEnd) throw new PatternError("Unmatched ')'");
  return { root, groups: parser.groups, ignoresCase };
}

function symbol(literal: number): Node {
  return { kind: "symbol", source: sourceOf(literal), literal };
}

function sourceOf(codePoint: number): string {
  return `\\u{${codePoint.toString(16)}}`;
}

class Parser {
  groups = 0;
  readonly #text: string;
  #place: number;

  constructor(text: string, place: number) {
    this.#text = text;
    this.#place = place;
  }

  get atEnd(): boolean {
    return this.#place >= this.#text.length;
  }

  choice(depth: number): Node {
    if (depth > DEEPEST) throw new PatternError(`Nested more than ${DEEPEST} groups deep`, true);
    const options = [this.#sequence(depth)];
    while (this.#takes("|")) options.push(this.#sequence(depth));
    return options.length === 1 ? options[0] : { kind: "choice", options };
  }

  #sequence(depth: number): Node {
    const parts: Node[] = [];
    while (!this.atEnd && !this.#isAt("|") && !this.#isAt(")")) parts.push(this.#quantified(depth));
    return parts.length === 1 ? parts[0] : { kind: "sequence", parts };
  }

  #quantified(depth: number): Node {
    const body = this.#atom(depth);
    const [least, most] = this.#quantifier() ?? [];
    if (least === undefined || most === undefined) return body;
    if (body.kind === "assertion") throw new PatternError("Nothing to repeat");
    if (least > most) throw new PatternError("Numbers out of order in {} quantifier");
    if (least > MOST_REPEATED || (most > MOST_REPEATED && most !== Number.POSITIVE_INFINITY))
      throw new PatternError(`Repeated more than ${MOST_REPEATED.toLocaleString("en")} times`, true);
    return { kind: "repeat", body, least, most, isLazy: this.#takes("?") };
  }

  /** The bounds of a quantifier that stands here; null where there is none. */
  #quantifier(): [number, number] | null {
    if (this.#takes("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.#takes("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.#takes("?")) return [0, 1];
    const found = this.#match(QUANTIFIER, (parts) => parts[1] !== "" || parts[3] !== "");
    if (found === null) return null;
    const least = Number(found[1]);
    if (found[2] === "") return [least, least];
    return [least, found[3] === "" ? Number.POSITIVE_INFINITY : Number(found[3])];
  }

  #atom(depth: number): Node {
    const [codePoint, character] = this.#next();
    if (character === "(") return this.#group(depth);
    if (character === "[") return { kind: "symbol", source: this.#characterClass(), literal: null };
    if (character === ".") return { kind: "symbol", source: ".", literal: null };
    if (character === "^") return { kind: "assertion", what: "start" };
    if (character === "$") return { kind: "assertion", what: "end" };
    if (character === "\\") return this.#escape();
    if (character === "*" || character === "+" || character === "?")
      throw new PatternError("Nothing to repeat");
    // A brace that begins no quantifier is one.
    this.#place -= character.length;
    if (this.#quantifier() !== null) throw new PatternError("Nothing to repeat");
    this.#place += character.length;
    return symbol(codePoint);
  }

  #group(depth: number): Node {
    let number: number | null = null;
    if (!this.#takes("?:")) {
      if (["?=", "?!", "?<=", "?<!"].some((start) => this.#isAt(start)))
        throw new PatternError("Look-ahead and look-behind are not supported", true);
      if (this.#isAt("?P=")) throw new PatternError("Back-references are not supported", true);
      if (this.#match(GROUP_NAME) === null && this.#isAt("?")) throw new PatternError("Invalid group");
      number = ++this.groups;
    }
    const body = this.choice(depth + 1);
    if (!this.#takes(")")) throw new PatternError("Unterminated group");
    return number === null ? { kind: "sequence", parts: [body] } : { kind: "group", body, number };
  }

  #escape(): Node {
    if (this.#takes("b")) return { kind: "assertion", what: "boundary" };
    if (this.#takes("B")) return { kind: "assertion", what: "inside" };
    if (this.#takes("A")) return { kind: "assertion", what: "start" };
    if (this.#takes("Z") || this.#takes("z")) return { kind: "assertion", what: "end" };
    const found = this.#escaped();
    return typeof found === "number" ? symbol(found) : { kind: "symbol", source: found, literal: null };
  }

  /** The characters behind a backslash, in a class as outside: a code point, or the native source of several. */
  #escaped(): number | string {
    if (this.atEnd) throw new PatternError("\\ at end of pattern");
    const unicode = this.#match(UNICODE);
    if (unicode !== null) {
      const codePoint = Number.parseInt(unicode[1] ?? unicode[2] ?? unicode[3], 16);
      if (codePoint > 0x10ffff) throw new PatternError("Invalid Unicode escape");
      return codePoint;
    }
    const property = this.#match(PROPERTY);
    if (property !== null) return nativeProperty(`\\${property[0]}`);
    const [codePoint, character] = this.#next();
    if ("dDwWsS".includes(character)) return `\\${character}`;
    if (character in CONTROLS) return CONTROLS[character];
    if (character === "0" && !/^\d/u.test(this.#text.slice(this.#place, this.#place + 1))) return 0;
    if (/^[0-9k]$/u.test(character)) throw new PatternError("Back-references are not supported", true);
    if (/^[a-zA-Z]$/u.test(character)) throw new PatternError(`Invalid escape \\${character}`);
    return codePoint;
  }

  /** The native source of a class, whose `[` has been read. */
  #characterClass(): string {
    let source = this.#takes("^") ? "[^" : "[";
    while (!this.#takes("]")) {
      const low = this.#member();
      const isRange = this.#isAt("-") && !this.#isAt("-]");
      if (!isRange || typeof low === "string") {
        source += typeof low === "string" ? low : sourceOf(low);
        continue;
      }
      this.#place++;
      const high = this.#member();
      // As in [a-\d]: three members.
      if (typeof high === "string") source += `${sourceOf(low)}\\-${high}`;
      else if (low > high) throw new PatternError("Range out of order in character class");
      else source += `${sourceOf(low)}-${sourceOf(high)}`;
    }
    return `${source}]`;
  }

  #member(): number | string {
    if (this.atEnd) throw new PatternError("Unterminated character class");
    const [codePoint, character] = this.#next();
    if (character !== "\\") return codePoint;
    return this.#takes("b") ? 8 : this.#escaped();
  }

  #next(): [number, string] {
    const codePoint = this.#text.codePointAt(this.#place) as number;
    const character = String.fromCodePoint(codePoint);
    this.#place += character.length;
    return [codePoint, character];
  }

  #isAt(text: string): boolean {
    return this.#text.startsWith(text, this.#place);
  }

  #takes(text: string): boolean {
    const isThere = this.#isAt(text);
    if (isThere) this.#place += text.length;
    return isThere;
  }

  /** Match one of this file's own expressions here, and read on behind it where the match is `wanted`. */
  #match(
    expression: RegExp,
    wanted: (parts: RegExpExecArray) => boolean = () => true,
  ): RegExpExecArray | null {
    expression.lastIndex = this.#place;
    const found = expression.exec(this.#text);
    if (found === null || !wanted(found)) return null;
    this.#place += found[0].length;
    return found;
  }
}

function nativeProperty(source: string): string {
  try {
    new RegExp(source, "u");
    return source;
  } catch {
    throw new PatternError("Invalid property name");
  }
}
