/** `POST ./api/translate`: which steps were recorded in some time, and when some steps were (docs/http-api.md). */

import { request } from "./request";
import type { Axis, Range } from "./scalars";

export interface Translation {
  tag: string;
  runs: string[];
  from: Axis;
  to: Axis;
  range: Range;
}

/** Null when nothing was recorded there. */
export async function fetchTranslation(asked: Translation): Promise<Range | null> {
  const response = await request("./api/translate", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(asked),
  });
  return ((await response.json()) as { range: Range | null }).range;
}
