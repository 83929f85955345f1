/** The order of the rows of the files view. */

import type { EventFile } from "../api/files";

export type FileColumn = "name" | "bytes" | "points" | "values" | "damaged" | "modified";

export interface FileOrder {
  column: FileColumn;
  isDescending: boolean;
}

export function countValues(file: EventFile): number {
  return Object.values(file.values).reduce((sum, count) => sum + count, 0);
}

const KEYS: Record<Exclude<FileColumn, "name">, (file: EventFile) => number> = {
  bytes: (file) => file.bytes,
  points: (file) => file.points,
  values: countValues,
  // What cannot be read at all is the worst.
  damaged: (file) => (file.unreadable === "" ? file.damaged_bytes : Number.POSITIVE_INFINITY),
  modified: (file) => file.modified,
};

/** The files in an order; by name is the order of the server. Equal ones stay as they are. */
export function ordered(files: readonly EventFile[], { column, isDescending }: FileOrder): EventFile[] {
  if (column === "name") return isDescending ? [...files].reverse() : [...files];
  const key = KEYS[column];
  const sign = isDescending ? -1 : 1;
  // Not a difference: two infinities have none.
  return [...files].sort((one, other) => {
    const [a, b] = [key(one), key(other)];
    return a === b ? 0 : a < b ? -sign : sign;
  });
}
