/** `POST ./api/steps`: at which steps data other than scalars was recorded (docs/http-api.md, "Recorded steps"). */

import { decodeFrame } from "./frame";
import { post } from "./request";

/** The steps of one kind of data, over all its tags. */
export interface KindSteps {
  kind: string;
  /** How many different ones there are; of very many not all are in `steps`. */
  count: number;
  /** Rising. */
  steps: readonly number[];
}

export interface StepsAnswer {
  revision: number;
  kinds: KindSteps[];
}

/** Of some runs, by their ids. */
export async function fetchSteps(runs: readonly string[]): Promise<StepsAnswer> {
  const response = await post("./api/steps", { runs });
  const { header, columns } = decodeFrame(await response.arrayBuffer());
  if (columns.step === undefined) throw new Error("the answer has no column step");
  let end = 0;
  const described = header.kinds as { kind: string; length: number; count: number }[];
  const kinds = described.map(({ kind, length, count }) => {
    const start = end;
    end += length;
    return { kind, count, steps: Array.from(columns.step.subarray(start, end), Number) };
  });
  if (end !== columns.step.length)
    throw new Error(`the kinds of the answer have ${end} steps, its column ${columns.step.length}`);
  return { revision: header.revision as number, kinds };
}
