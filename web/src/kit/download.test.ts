import { expect, it } from "vitest";
import { shortestFloat32, toCsv } from "./download";

it("writes tables that spreadsheets read, and take for no formula", () => {
  const rows = [
    ["run", "value"],
    ['a,"b"', 1.5],
    ["=1+1", null],
    ["two\nlines", Number.NaN],
  ];
  expect(toCsv(rows)).toBe('run,value\r\n"a,""b""",1.5\r\n\'=1+1,\r\ntwo\\nlines,NaN\r\n');
});

it("writes out what a terminal acts on", () => {
  const rows = [["\x1b]0;title\x07", "\x9b2J\u202eevil", "\t=1", -1, "-1"]];
  expect(toCsv(rows)).toBe("\\x1b]0;title\\x07,\\x9b2J\\u202eevil,'\\t=1,-1,'-1\r\n");
});

it("has the fewest digits that give a float32 back", () => {
  const numbers = [0.1, 1 / 3, 16777216, 1e-45, 3.4028235e38, -2.5, 0, 123456.789];
  const recorded = Float32Array.from(numbers);
  const shortest = Array.from(recorded, shortestFloat32);
  expect(shortest).toEqual([0.1, 0.33333334, 16777216, 1e-45, 3.4028235e38, -2.5, 0, 123456.79]);
  expect(Float32Array.from(shortest)).toEqual(recorded);
  expect(shortestFloat32(Number.NaN)).toBeNaN();
  expect(shortestFloat32(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
});
