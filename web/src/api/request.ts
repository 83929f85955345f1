/** Requests to the server that the page came from. Every address is relative, so the token is in it. */

import { applied, type Catalogue, type CatalogueDifference } from "./catalogue";

/** An answer other than 2xx; `message` is the server's own sentence where there is one. */
export class AnswerError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** `fetch`, with anything but a 2xx answer as an AnswerError. A server that is gone is a TypeError, as fetch's. */
export async function request(path: string, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, options).catch((error: unknown) => {
    // Whose own words differ between browsers, and are of no use.
    throw error instanceof TypeError ? new TypeError("The server does not answer.") : error;
  });
  if (response.ok) return response;
  let message = `The server answered ${response.status}.`;
  const text = await response.text();
  try {
    const document: unknown = JSON.parse(text);
    if (document !== null && typeof document === "object" && "error" in document)
      message = String(document.error);
  } catch {
    if (text.length > 0 && text.length < 500) message = text.trim();
  }
  throw new AnswerError(response.status, message);
}

/** Send an object as JSON. */
export function post(path: string, body: object, signal: AbortSignal | null = null): Promise<Response> {
  const headers = { "Content-Type": "application/json" };
  return request(path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

/** A catalogue, and the name under which the server knows it as it was answered; "" for none. */
export interface AnsweredCatalogue {
  catalogue: Catalogue;
  name: string;
}

export async function fetchCatalogue(): Promise<AnsweredCatalogue> {
  // no-cache: ask the server each time, which answers 304 when nothing changed.
  const response = await request("./api/catalogue", { cache: "no-cache" });
  return { catalogue: (await response.json()) as Catalogue, name: nameOf(response) };
}

/**
 * The catalogue as it is now, made of one that is at least as new as the answer of that name and of what has changed
 * since; a server that does not know the name answers with everything.
 */
export async function fetchChanges(known: AnsweredCatalogue): Promise<AnsweredCatalogue> {
  if (known.name === "") return fetchCatalogue();
  const response = await request(`./api/catalogue?since=${known.name}`, { cache: "no-store" });
  const answer = (await response.json()) as Catalogue | CatalogueDifference;
  const catalogue = "since" in answer ? applied(known.catalogue, answer) : answer;
  return { catalogue, name: nameOf(response) };
}

/** The ETag, which a proxy may have weakened, without its quotes. */
function nameOf(response: Response): string {
  return /"([\w-]+)"/.exec(response.headers.get("ETag") ?? "")?.[1] ?? "";
}
