/** Tag descriptions (`summary_description`): `GET ./api/descriptions` (docs/http-api.md, "Descriptions"). */

import { request } from "./request";

/** By the ids of tags, of those that have any. */
export async function fetchDescriptions(): Promise<ReadonlyMap<string, string>> {
  const response = await request("./api/descriptions", { cache: "no-cache" });
  const { tags } = (await response.json()) as { tags: Record<string, string> };
  return new Map(Object.entries(tags));
}
