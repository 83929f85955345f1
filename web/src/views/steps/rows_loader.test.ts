import { signal } from "@preact/signals";
import { expect, it, vi } from "vitest";
import type { Run, Tag } from "../../api/catalogue";
import { joined, type Rows, RowsLoader, type RowsRequest } from "./rows_loader";

const TAG: Tag = { id: "v0", name: "weights", kind: "histograms", runs: ["r0"] };

function run(revision: number): Run {
  return { id: "r0", name: "adam", kinds: { histograms: revision } } as unknown as Run;
}

/** A row for each index: at ten times the index as its step. */
function rowsOf(indices: readonly number[]): Omit<Rows, "values" | "revision"> {
  const each = (of: (index: number) => number): Float64Array => Float64Array.from(indices, of);
  return { row: each((i) => i), step: each((i) => 10 * i), wallTime: each((i) => 1000 + i) };
}

function append(known: Rows, more: Rows): Rows {
  const all = (of: (rows: Rows) => Rows["row"]): Float64Array => joined(of(known), of(more).subarray(1));
  return {
    ...more,
    row: all(({ row }) => row),
    step: all(({ step }) => step),
    wallTime: all(({ wallTime }) => wallTime),
  };
}

/** A server whose run grows. */
function server(most: number) {
  const asked: RowsRequest<number>[] = [];
  const state = { values: 3, revision: 1 };
  const fetch = async (request: RowsRequest<number>): Promise<Rows> => {
    asked.push(request);
    const rows = Array.from({ length: state.values - request.from }, (_, i) => request.from + i);
    return { ...rowsOf(rows.slice(0, request.from === 0 ? most : undefined)), ...state };
  };
  const loader = new RowsLoader<Rows, number>({ kind: "histograms", connection: signal(0), fetch, append });
  const want = (): void => loader.want("card", { tag: TAG, runs: [run(state.revision)], most, detail: 64 });
  return { asked, state, loader, want };
}

const stepsOf = (loader: RowsLoader<Rows, number>) => [
  ...(loader.known("weights", "adam")?.rows?.step ?? []),
];

it("asks a run that has grown for its newer rows alone", async () => {
  const { asked, state, loader, want } = server(10);
  want();
  await vi.waitFor(() => expect(stepsOf(loader)).toEqual([0, 10, 20]));
  Object.assign(state, { values: 5, revision: 2 });
  want();
  await vi.waitFor(() => expect(stepsOf(loader)).toEqual([0, 10, 20, 30, 40]));
  expect(asked.map(({ from }) => from)).toEqual([0, 2]);
  expect(asked.map(({ detail }) => detail)).toEqual([64, 64]);
  loader.destroy();
});

it("asks for all of them anew where there are twice as many, or where they are others than before", async () => {
  const { asked, state, loader, want } = server(2);
  want();
  await vi.waitFor(() => expect(stepsOf(loader)).toEqual([0, 10]));
  Object.assign(state, { values: 6, revision: 2 });
  want();
  await vi.waitFor(() => expect(stepsOf(loader)).toEqual([0, 10, 20, 30, 40, 50]));
  Object.assign(state, { values: 7, revision: 3 });
  want();
  await vi.waitFor(() => expect(stepsOf(loader)).toEqual([0, 10]));
  // A resumed run has fewer.
  Object.assign(state, { values: 1, revision: 4 });
  want();
  await vi.waitFor(() => expect(stepsOf(loader)).toEqual([0]));
  expect(asked.map(({ from }) => from)).toEqual([0, 1, 0, 1, 0]);
  loader.destroy();
});
