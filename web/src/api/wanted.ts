/** `POST ./api/wanted`: the runs that are looked at, which the server reads first (docs/http-api.md, "Runs not in memory"). */

import { post } from "./request";

/** Say which runs are shown, by their ids. */
export async function sendWanted(runs: readonly string[]): Promise<void> {
  await post("./api/wanted", { runs });
}
