/**
 * Runs by what they were run with and came to: `lr>0.01 optimizer=adam state=finished`. Every word has to be such a
 * comparison, and every one has to hold; else the text is no query, and a regular expression for the name.
 */

import type { CellValue } from "./run_columns";

const OPERATORS = [">=", "<=", "!=", ">", "<", "="] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Comparison {
  name: string;
  operator: Operator;
  value: string;
}

// What stands in a pattern stands in no name here.
const WORD = /^([\p{L}\p{N}_./:@+-]+)(>=|<=|!=|>|<|=)([^\s<>=!]+)$/u;

/** The comparisons of a query; null for what is none. */
export function parseQuery(text: string): Comparison[] | null {
  const words = text.trim().split(/\s+/u);
  const found: Comparison[] = [];
  for (const word of words) {
    const parts = WORD.exec(word);
    if (parts === null) return null;
    found.push({ name: parts[1], operator: parts[2] as Operator, value: parts[3] });
  }
  return found;
}

/** Whether a cell compares so: as numbers where both are, else as text, whatever the case. Nothing compares to none. */
export function holds(cell: CellValue, operator: Operator, value: string): boolean {
  if (cell === null) return false;
  const wanted = Number(value);
  if (typeof cell === "number" && !Number.isNaN(wanted)) {
    if (operator === "=") return cell === wanted;
    if (operator === "!=") return cell !== wanted;
    if (operator === ">") return cell > wanted;
    if (operator === "<") return cell < wanted;
    return operator === ">=" ? cell >= wanted : cell <= wanted;
  }
  const order = String(cell).toLowerCase().localeCompare(value.toLowerCase(), undefined, { numeric: true });
  if (operator === "=") return order === 0;
  if (operator === "!=") return order !== 0;
  if (operator === ">") return order > 0;
  if (operator === "<") return order < 0;
  return operator === ">=" ? order >= 0 : order <= 0;
}
