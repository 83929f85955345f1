// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Catalogue } from "../api/catalogue";
import { type Finding, fetchFindings } from "../api/findings";
import { alarmOf, allAlarm, countsOf, findingsOfRuns, startFindings } from "./findings";
import { isPaused } from "./preferences";
import { catalogue, connection } from "./server";

vi.mock("../api/findings", () => ({ fetchFindings: vi.fn() }));

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const finding = (severity: string): Finding => ({ severity, sentence: "" }) as Finding;
const of = (run: string, ...severities: string[]) => ({
  run,
  change: 1,
  left_out: 0,
  findings: severities.map(finding),
});

it("counts errors and warnings, and says whether there are errors", () => {
  expect(alarmOf(countsOf(["info", "unknown"].map(finding)))).toBeNull();
  expect(alarmOf(countsOf(["warning", "info"].map(finding)))).toEqual({ count: 1, isError: false });
  expect(alarmOf(countsOf(["warning", "error"].map(finding)))).toEqual({ count: 2, isError: true });
});

it("asks again until all runs were judged, then for what has changed", async () => {
  const asked = vi.mocked(fetchFindings);
  const rest = { rules: [], known: ["r0", "r1"], unread: [] };
  asked.mockResolvedValueOnce({ ...rest, change: 1, complete: false, runs: [of("r0", "error")] });
  asked.mockResolvedValueOnce({ ...rest, change: 2, complete: true, runs: [of("r1", "warning", "unknown")] });
  startFindings();
  await vi.advanceTimersByTimeAsync(5000);
  expect(asked).not.toHaveBeenCalled();
  const recorded = (...runs: [string, Record<string, number>][]): void => {
    catalogue.value = { runs: runs.map(([id, kinds]) => ({ id, kinds })) } as unknown as Catalogue;
  };
  recorded(["r0", { scalars: 1 }], ["r1", {}]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked.mock.calls.map(([since]) => since)).toEqual([0, 1]);
  expect([...findingsOfRuns.value.keys()]).toEqual(["r0", "r1"]);
  expect(allAlarm.value).toEqual({ count: 2, isError: true });

  // Data that no rule reads.
  recorded(["r0", { scalars: 1, images: 4 }], ["r1", {}]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked).toHaveBeenCalledTimes(2);

  // A run is gone.
  asked.mockResolvedValueOnce({ ...rest, known: ["r1"], change: 2, complete: true, runs: [] });
  recorded(["r1", {}]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect([...findingsOfRuns.value.keys()]).toEqual(["r1"]);

  // A page that is paused asks for nothing, also of what it was about to ask.
  recorded(["r1", { scalars: 9 }]);
  isPaused.value = true;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked).toHaveBeenCalledTimes(3);
  asked.mockResolvedValueOnce({ ...rest, known: ["r1"], change: 2, complete: true, runs: [] });
  isPaused.value = false;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked).toHaveBeenCalledTimes(4);

  // Another life of the server has other ids.
  asked.mockResolvedValueOnce({
    rules: [],
    known: ["r0"],
    unread: [],
    change: 1,
    complete: true,
    runs: [of("r0")],
  });
  connection.value++;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(asked.mock.calls.at(-1)?.[0]).toBe(0);
  expect(allAlarm.value).toBeNull();
});
