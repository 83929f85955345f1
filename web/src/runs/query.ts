/**
 * Runs by their hyper-parameters and results: `lr>0.01 optimizer=adam state=finished`. Every word has to be a
 * comparison, and every one has to hold; else the text is not a query, but a regular expression for the name. Spaces about
 * an operator, commas between comparisons, and columns as their heads name them (`min loss<1`) are fine too. A word
 * `nan:train/loss` asks for the runs in which that scalar was ever not finite, `nan:any` for those in which any was.
 */

import { compareNatural } from "../kit/natural_order";
import type { CellValue } from "./run_columns";

const OPERATORS = [">=", "<=", "!=", ">", "<", "="] as const;
/** `has` is that of a word without an operator: `nan:train/loss`. */
export type Operator = (typeof OPERATORS)[number] | "has";

export interface Comparison {
  name: string;
  operator: Operator;
  value: string;
}

// Characters of patterns are in no name here.
const WORD = /^([\p{L}\p{N}_./:@+-]+)(>=|<=|!=|>|<|=)([^\s<>=!]+)$/u;

const HAS = /^nan:[\p{L}\p{N}_./:@+-]+$/u;
const UNFINISHED = /(?:^|\s)[\p{L}\p{N}_./:@+-]+\s?(?:[<>]=?|!=?|=)\s?$/u;

const COMPARED = String.raw`[\p{L}\p{N}_./:@+-]+\s*(?:[<>]=?|!?=)`;
const SEPARATOR = new RegExp(String.raw`,\s*(?=${COMPARED}|$)|\s+(?:and|&&)\s+(?=${COMPARED})`, "giu");
const STATISTIC = new RegExp(String.raw`(?<=^|\s)(last|best|min|max)\s+(?=${COMPARED})`, "giu");

/** The comparisons of a query; null for a text that is not one. */
export function parseQuery(text: string): Comparison[] | null {
  const words = text
    .trim()
    // One space each: where there may be a million, expressions that look for spaces look at each many times.
    .replace(/\s+/gu, " ")
    .replace(SEPARATOR, " ")
    .replace(STATISTIC, (_, statistic: string) => `${statistic.toLowerCase()}:`)
    .replace(/\s*([<>]=?|!?=)\s*/gu, "$1")
    .trim()
    .split(" ");
  const found: Comparison[] = [];
  for (const word of words) {
    const parts = WORD.exec(word);
    if (parts === null && HAS.test(word)) {
      found.push({ name: word, operator: "has", value: "" });
      continue;
    }
    if (parts === null) return null;
    found.push({ name: parts[1], operator: parts[2] as Operator, value: parts[3] });
  }
  return found;
}

/** Whether a text ends where a value has yet to be typed: `lr>`. */
export function isUnfinished(text: string): boolean {
  return UNFINISHED.test(text.replace(/\s+/gu, " "));
}

/**
 * The columns that each name of a query may mean, in the order in which they are tried: a fact of the run, a
 * hyper-parameter, a tag's last value; as it is written, else as one of the known names is, in upper or lower case.
 */
export function columnsMeant(
  query: readonly Comparison[],
  known: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const spelled = new Map(known.toReversed().map((name) => [name.toLowerCase(), name]));
  return new Map(
    query.map(({ name }) => {
      // The head of the steps' column is "last step".
      if (name.toLowerCase() === "last:step") return [name, [name, "step"]];
      const kind = /^(?:last|min|max|best|hparam|nan):/u.exec(name)?.[0] ?? "";
      const bare = name.slice(kind.length);
      const spellings = [...new Set([bare, spelled.get(bare.toLowerCase()) ?? bare])];
      const kinds = kind === "" ? ["", "hparam:", "last:"] : [kind];
      return [name, spellings.flatMap((each) => kinds.map((prefix) => `${prefix}${each}`))];
    }),
  );
}

/** Whether an operator asks which is more. */
export function isOrder(operator: Operator): boolean {
  return operator !== "=" && operator !== "!=" && operator !== "has";
}

/** Whether a cell compares so: as numbers where both are, else as text without regard to case; a missing value never. */
export function holds(cell: CellValue, operator: Operator, value: string): boolean {
  if (cell === null) return false;
  if (operator === "has") return true;
  const wanted = Number(value);
  if (typeof cell === "number" && !Number.isNaN(wanted)) {
    if (operator === "=") return cell === wanted;
    if (operator === "!=") return cell !== wanted;
    if (operator === ">") return cell > wanted;
    if (operator === "<") return cell < wanted;
    return operator === ">=" ? cell >= wanted : cell <= wanted;
  }
  // Words are neither more nor less than a number.
  if (typeof cell === "number" && !Number.isNaN(cell) && isOrder(operator)) return false;
  const order = compareNatural(String(cell).toLowerCase(), value.toLowerCase());
  if (operator === "=") return order === 0;
  if (operator === "!=") return order !== 0;
  if (operator === ">") return order > 0;
  if (operator === "<") return order < 0;
  return operator === ">=" ? order >= 0 : order <= 0;
}
