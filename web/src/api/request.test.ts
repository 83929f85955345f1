import { afterEach, expect, it, vi } from "vitest";
import { AnswerError, request } from "./request";

afterEach(() => vi.unstubAllGlobals());

function answer(how: () => Promise<Response>): void {
  vi.stubGlobal("fetch", how);
}

it("says in the server's words why there is no answer", async () => {
  answer(async () => Response.json({ error: "there is no run with the id 'x'" }, { status: 404 }));
  await expect(request("./api/x")).rejects.toThrow(new AnswerError(404, "there is no run with the id 'x'"));
  answer(async () => new Response("", { status: 502 }));
  await expect(request("./api/x")).rejects.toThrow("The server answered 502.");
});

it("says in its own words that the server is gone, and lets an end that was asked for be one", async () => {
  answer(() => Promise.reject(new TypeError("NetworkError when attempting to fetch resource.")));
  await expect(request("./api/x")).rejects.toThrow(new TypeError("The server does not answer."));
  const ended = new DOMException("ended", "AbortError");
  answer(() => Promise.reject(ended));
  await expect(request("./api/x")).rejects.toBe(ended);
});
