/** The order of the rows of the files view. */

import type { EventFile } from "../../api/files";
import { toCsv } from "../../kit/download";
import { formatBytes, plural, withSeparators } from "../../kit/format";

export type FileColumn = "name" | "bytes" | "points" | "values" | "rate" | "damaged" | "modified";

export interface FileOrder {
  column: FileColumn;
  isDescending: boolean;
}

export function countValues(file: EventFile): number {
  return Object.values(file.values).reduce((sum, count) => sum + count, 0);
}

/** The damage in a file that can be read: "1.2 kB skipped, 1 malformed record"; empty where there is none. */
export function damageText(file: EventFile, offset: number | null): string {
  const place = offset === null ? "" : ` at ${withSeparators(String(offset))}`;
  const skipped = file.damaged_bytes > 0 && `${formatBytes(file.damaged_bytes)} skipped${place}`;
  const malformed = file.malformed > 0 && plural(file.malformed, "malformed record");
  return [skipped, malformed].filter(Boolean).join(", ");
}

/** Bytes a second between the first and the last value; null where there are not two. */
export function rateOf(file: EventFile): number | null {
  const { first_wall_time: first, last_wall_time: last } = file;
  return first === null || last === null || last <= first ? null : file.bytes / (last - first);
}

const KEYS: Record<Exclude<FileColumn, "name">, (file: EventFile) => number> = {
  bytes: (file) => file.bytes,
  points: (file) => file.points,
  values: countValues,
  rate: (file) => rateOf(file) ?? 0,
  // A file that cannot be read at all is the worst.
  damaged: (file) =>
    // A malformed record is at least a byte.
    file.unreadable === "" ? file.damaged_bytes + file.malformed : Number.POSITIVE_INFINITY,
  modified: (file) => file.modified,
};

/** The files in an order; by name is the order of the server. Equal ones stay as they are. */
export function ordered(files: readonly EventFile[], { column, isDescending }: FileOrder): EventFile[] {
  if (column === "name") return isDescending ? [...files].reverse() : [...files];
  const key = KEYS[column];
  const sign = isDescending ? -1 : 1;
  // Not by subtraction: two infinities have no difference.
  return [...files].sort((one, other) => {
    const [a, b] = [key(one), key(other)];
    return a === b ? 0 : a < b ? -sign : sign;
  });
}

/** The table as CSV, with exact numbers: times in seconds since the epoch, values by kind. */
export function filesCsv(files: readonly EventFile[], runs: ReadonlyMap<string, string>): string {
  const rows = files.map((file) => [
    ...[runs.get(file.run) ?? file.run, file.name, file.bytes, file.bytes_read, file.points],
    Object.entries(file.values)
      .map(([kind, count]) => `${count} ${kind}`)
      .join("; "),
    ...[rateOf(file), file.damaged_bytes, file.malformed, file.unreadable, file.modified],
  ]);
  const head = ["run", "file", "bytes", "bytes read", "points", "other values", "bytes per second"];
  return toCsv([[...head, "damaged bytes", "malformed records", "unreadable", "modified"], ...rows]);
}
