/** Tables and pictures as files that the browser saves. */

/** Control characters, line and paragraph separators, and marks of writing direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are looked for.
const COMMANDS = /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
const NAMED: Record<string, string> = { "\t": "\\t", "\n": "\\n", "\r": "\\r" };

function writtenOut(character: string): string {
  const code = character.charCodeAt(0);
  const [mark, width] = code < 256 ? ["x", 2] : ["u", 4];
  return NAMED[character] ?? `\\${mark}${code.toString(16).padStart(width, "0")}`;
}

/**
 * Rows as CSV (RFC 4180). In texts characters that a terminal acts on are written out, and one that a spreadsheet would
 * take for a formula has an apostrophe in front: as store/neutral_text.py has it.
 */
export function toCsv(rows: readonly (readonly (string | number | null)[])[]): string {
  const cell = (value: string | number | null): string => {
    if (typeof value === "number") return String(value);
    const safe = (value ?? "").replaceAll(COMMANDS, writtenOut);
    const text = /^[=+\-@\t\r]/u.test(value ?? "") ? `'${safe}` : safe;
    return /[",]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/** The number with the fewest digits that is the same as float32: 0.1 for the float64 0.10000000149011612. */
export function shortestFloat32(value: number): number {
  if (!Number.isFinite(value)) return value;
  for (let digits = 1; digits < 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  // Nine are always enough.
  return Number(value.toPrecision(9));
}

/** Let the browser save something, under a name that every system takes. */
export function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "_");
  link.click();
  // Not at once: the browser still reads it.
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
