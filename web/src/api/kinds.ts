/** The kinds of data that there are: the types of `GET ./api/kinds` (docs/http-api.md, "Everything else"). */

import { request } from "./request";

export interface KindInfo {
  name: string;
  /** The name that people use for such data, in the plural; of a kind that Cutaway does not know the plug-in's name. */
  title: string;
  plugin: string;
  of_run: boolean;
  on_steps: boolean;
  media: boolean;
  known: boolean;
  records: number;
  /** How many records each run has, by its id. */
  runs: Record<string, number>;
}

export async function fetchKinds(): Promise<KindInfo[]> {
  const response = await request("./api/kinds", { cache: "no-cache" });
  return ((await response.json()) as { kinds: KindInfo[] }).kinds;
}
