import { expect, it } from "vitest";

import type { EventFile } from "../../api/files";
import { countValues, damageText, filesCsv, ordered, rateOf } from "./file_order";

function file(name: string, changes: Partial<EventFile> = {}): EventFile {
  const times = { first_wall_time: null, last_wall_time: null, modified: 0 };
  const counts = { bytes: 0, bytes_read: 0, points: 0, values: {}, damaged_bytes: 0, malformed: 0 };
  return { id: name, run: "r0", name, unreadable: "", unknown: [], ...counts, ...times, ...changes };
}

const names = (files: readonly EventFile[]): string => files.map(({ name }) => name).join("");

it("is the server's by name, and back", () => {
  const files = [file("b"), file("a")];
  expect(names(ordered(files, { column: "name", isDescending: false }))).toBe("ba");
  expect(names(ordered(files, { column: "name", isDescending: true }))).toBe("ab");
});

it("is by numbers, and what cannot be read is the worst damage", () => {
  const files = [
    file("a", { bytes: 5 }),
    file("b", { bytes: 9, damaged_bytes: 3 }),
    file("c", { bytes: 7, unreadable: "permission denied" }),
    file("d", { bytes: 7, unreadable: "permission denied" }),
  ];
  expect(names(ordered(files, { column: "bytes", isDescending: true }))).toBe("bcda");
  expect(names(ordered(files, { column: "damaged", isDescending: true }))).toBe("cdba");
  expect(names(ordered(files, { column: "damaged", isDescending: false }))).toBe("abcd");
});

it("counts values that are not scalars", () => {
  expect(countValues(file("a", { values: { images: 3, text: 4 } }))).toBe(7);
});

it("has a rate where there are two moments", () => {
  const timed = file("a", { bytes: 3000, first_wall_time: 10, last_wall_time: 40 });
  expect(rateOf(timed)).toBe(100);
  expect(rateOf(file("a", { bytes: 3000, first_wall_time: 10, last_wall_time: 10 }))).toBeNull();
  expect(rateOf(file("a"))).toBeNull();
});

it("has malformed records among the damage", () => {
  const one = file("a", { malformed: 1 });
  expect(damageText(file("b"), null)).toBe("");
  expect(damageText(one, null)).toBe("1 malformed record");
  expect(damageText(file("a", { damaged_bytes: 52, malformed: 2 }), 4096)).toBe(
    "52 B skipped at 4,096, 2 malformed records",
  );
  expect(names(ordered([file("b"), one], { column: "damaged", isDescending: true }))).toBe("ab");
  const [head, row] = filesCsv([one], new Map()).split(/\r?\n/u);
  expect(row.split(",")[head.split(",").indexOf("malformed records")]).toBe("1");
});
