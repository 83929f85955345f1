/** `POST ./api/translate`: which steps were recorded in some time, and when some steps were (docs/http-api.md). */

import type { Axis, Range } from "../series/axis";
import { post } from "./request";
import type { Attempts } from "./scalars";

export interface Translation {
  tag: string;
  runs: string[];
  from: Axis;
  to: Axis;
  range: Range;
  attempts?: Attempts;
}

/** Null when nothing was recorded there. */
export async function fetchTranslation(asked: Translation): Promise<Range | null> {
  const response = await post("./api/translate", asked);
  return ((await response.json()) as { range: Range | null }).range;
}
