/** `POST ./api/wanted`: the runs that are looked at, which the server reads first (docs/http-api.md, "Runs not in memory"). */

import { post } from "./request";

/** Say which runs are shown, by their ids; those of them that are not in memory yet. */
export async function sendWanted(runs: readonly string[]): Promise<string[]> {
  const response = await post("./api/wanted", { runs });
  return ((await response.json()) as { unread: string[] }).unread;
}
