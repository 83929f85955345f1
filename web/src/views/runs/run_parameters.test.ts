import { expect, it } from "vitest";
import type { RunRow } from "../../api/runs";
import { parametersOf } from "./run_parameters";

const row = (hparams: Record<string, unknown>): RunRow => ({ hparams }) as RunRow;

it("tells what differs from what is the same in all runs that have any", () => {
  const rows = [
    row({ lr: 0.1, batch: 32, list: [1] }),
    row({ lr: 1, batch: 32, list: [1], wd: null }),
    row({}),
  ];
  const { varied, constant } = parametersOf(rows);
  expect(varied.map(({ name }) => name)).toEqual(["lr", "wd"]);
  expect(constant.map(({ name, value }) => [name, value])).toEqual([
    ["batch", 32],
    ["list", [1]],
  ]);
});
