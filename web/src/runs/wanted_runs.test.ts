// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Catalogue } from "../api/catalogue";
import { sendWanted } from "../api/wanted";
import { catalogue, connection } from "../state/server";
import { changeRuns } from "./runs_link";
import { EVERYTHING, onlyThis } from "./selection";
import { startWantedRuns } from "./wanted_runs";

vi.mock("../api/wanted", () => ({ sendWanted: vi.fn(() => Promise.resolve([])) }));

/** Runs by their names, and whether they are not in memory. */
function known(runs: Record<string, boolean>): void {
  catalogue.value = {
    ...{ version: "", kernel: "native", revision: 1, tags: [], damage: [], malformed: [], unfinished: [] },
    ...{ unreadable: [], logdir: { path: "", state: "ready", detail: "" } },
    loading: {
      done: true,
      files: 1,
      bytes: 1,
      bytes_read: 1,
      points: 1,
      stalled_since: null,
      unread: 0,
      budget: 1,
    },
    runs: Object.entries(runs).map(([name, unread]) => ({
      ...{
        id: `id-${name}`,
        name,
        color: 0,
        points: 1,
        revision: 1,
        table_revision: 1,
        damaged_bytes: 0,
        unread,
      },
      ...{ kinds: {}, first_wall_time: 0, last_wall_time: 1, last_step: 1, attempts: 1 },
    })),
  } as Catalogue;
}

const sent = (): (readonly string[])[] => vi.mocked(sendWanted).mock.calls.map(([runs]) => runs);

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it("says which runs are shown, once for each selection, where not all are in memory", async () => {
  known({ a: false, b: false });
  startWantedRuns();
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent()).toEqual([]);

  known({ a: true, b: false });
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent()).toEqual([["id-a", "id-b"]]);
  // Which of them are in memory changes nothing of what is wanted.
  known({ a: false, b: true });
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent()).toHaveLength(1);

  changeRuns({ selection: onlyThis(EVERYTHING, "b") });
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent().at(-1)).toEqual(["id-b"]);
  changeRuns({ selection: onlyThis(EVERYTHING, "a") });
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent()).toHaveLength(2);

  // A server that was started anew knows nothing of it.
  changeRuns({ selection: onlyThis(EVERYTHING, "b") });
  connection.value++;
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent().slice(2)).toEqual([["id-b"]]);
});

it("asks again after it could not be said", async () => {
  vi.mocked(sendWanted).mockClear();
  vi.mocked(sendWanted).mockRejectedValueOnce(new TypeError());
  connection.value++;
  await vi.advanceTimersByTimeAsync(1000);
  connection.value++;
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent()).toHaveLength(2);
});
