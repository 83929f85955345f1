/** What a key does in the tree of rows: as in the patterns "Treegrid" and "Tree View" of WAI-ARIA. */

import { nameOf, type TableRow } from "./table_rows";

export type Action =
  | { do: "move"; to: number }
  | { do: "open" | "close" | "select"; at: number }
  | { do: "open siblings"; at: number };

/** `page`: how many rows are in sight. Null for a key that is none of the tree's. */
export function actionOf(key: string, rows: readonly TableRow[], at: number, page: number): Action | null {
  const last = rows.length - 1;
  if (last < 0) return null;
  const row = rows[at];
  const move = (to: number): Action => ({ do: "move", to: Math.min(last, Math.max(0, to)) });
  switch (key) {
    case "ArrowDown":
      return move(at + 1);
    case "ArrowUp":
      return move(at - 1);
    case "PageDown":
      return move(at + Math.max(1, page - 1));
    case "PageUp":
      return move(at - Math.max(1, page - 1));
    case "Home":
      return move(0);
    case "End":
      return move(last);
    case "ArrowRight":
      if (!canOpen(row)) return null;
      return isOpen(row) ? move(at + 1) : { do: "open", at };
    case "ArrowLeft":
      return canOpen(row) && isOpen(row) && row.level > 1 ? { do: "close", at } : move(parentOf(rows, at));
    case "Enter":
    case " ":
      return { do: "select", at };
    case "*":
      return { do: "open siblings", at };
    default:
      return null;
  }
}

export function canOpen(row: TableRow): boolean {
  return row.kind === "own" || (row.kind === "group" && row.isOpen !== null);
}

export function isOpen(row: TableRow): boolean {
  return (row.kind === "own" || row.kind === "group") && row.isOpen === true;
}

export function parentOf(rows: readonly TableRow[], at: number): number {
  for (let i = at - 1; i >= 0; i--) if (rows[i].level < rows[at].level) return i;
  return at;
}

/** The rows with the same parent, this one among them. */
export function siblingsOf(rows: readonly TableRow[], at: number): TableRow[] {
  const { level } = rows[at];
  const found = [];
  for (let i = parentOf(rows, at) + Number(level > 1); i < rows.length && rows[i].level >= level; i++)
    if (rows[i].level === level) found.push(rows[i]);
  return found;
}

/** Letters that follow each other within so many milliseconds are one text. */
const ONE_TEXT = 700;

/** The row that typed letters lead to. */
export class TypeAhead {
  #text = "";
  #last = Number.NEGATIVE_INFINITY;

  /** Begin anew: another key came between. */
  end(): void {
    this.#text = "";
  }

  /** Null where no name begins so; the same letter again goes on to the next. */
  find(letter: string, rows: readonly TableRow[], at: number, now: number): number | null {
    this.#text = now - this.#last > ONE_TEXT ? letter : this.#text + letter;
    this.#last = now;
    const isSame = [...this.#text].every((each) => each === this.#text[0]);
    const sought = (isSame ? this.#text[0] : this.#text).toLowerCase();
    const first = isSame ? at + 1 : at;
    for (let i = 0; i < rows.length; i++) {
      const place = (first + i) % rows.length;
      if (nameOf(rows[place]).toLowerCase().startsWith(sought)) return place;
    }
    return null;
  }
}
