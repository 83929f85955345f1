/** Tables and pictures as files that the browser saves. */

/** Rows as CSV (RFC 4180); a text that a spreadsheet would take for a formula has an apostrophe in front. */
export function toCsv(rows: readonly (readonly (string | number | null)[])[]): string {
  const cell = (value: string | number | null): string => {
    if (typeof value === "number") return String(value);
    const text = /^[=+\-@\t\r]/u.test(value ?? "") ? `'${value}` : (value ?? "");
    return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
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
