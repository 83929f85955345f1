import { expect, it } from "vitest";
import { toCsv } from "./download";

it("writes tables that spreadsheets read, and take for no formula", () => {
  const rows = [
    ["run", "value"],
    ['a,"b"', 1.5],
    ["=1+1", null],
    ["two\nlines", Number.NaN],
  ];
  expect(toCsv(rows)).toBe('run,value\r\n"a,""b""",1.5\r\n\'=1+1,\r\n"two\nlines",NaN\r\n');
});
