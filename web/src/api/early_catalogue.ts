/** The first catalogue, asked for while the program is still on its way. */

import { type AnsweredCatalogue, fetchCatalogue } from "./request";

let early: Promise<AnsweredCatalogue> | null = null;

export function askEarly(): void {
  early = fetchCatalogue();
  // Its taker is told why the request failed.
  early.catch(() => undefined);
}

/** The catalogue that was asked for early, once; later ones, and where none was, are asked for now. */
export function nextCatalogue(): Promise<AnsweredCatalogue> {
  const next = early ?? fetchCatalogue();
  early = null;
  return next;
}
