/** A recorded text: a string, or a table of strings. */

export type Table = readonly (readonly string[])[];

export type TextContent = { kind: "text"; text: string } | { kind: "table"; rows: Table };

/** What the server sent as a text's value; null for anything else. A list is a table of one column. */
export function textContent(value: unknown): TextContent | null {
  if (typeof value === "string") return { kind: "text", text: value };
  if (!Array.isArray(value)) return null;
  return { kind: "table", rows: value.map(rowOf) };
}

/** Tables of more dimensions than two have all that is deeper in one cell. */
function rowOf(row: unknown): string[] {
  return Array.isArray(row) ? row.map(cellOf) : [cellOf(row)];
}

function cellOf(cell: unknown): string {
  return Array.isArray(cell) ? cell.map(cellOf).join(" ") : String(cell);
}

/** As plain text: rows of a table are lines, its cells have tabs between. */
export function plainText(content: TextContent): string {
  return content.kind === "text" ? content.text : content.rows.map((row) => row.join("\t")).join("\n");
}
