import { describe, expect, it } from "vitest";
import { EventStreamParser } from "./event_stream";

const TEXT =
  ': hello\n\nid: 13\nevent: change\ndata: {"revision": 13}\n\n' +
  ": keep open\r\n\r\nid: 14\r\nevent: change\r\ndata: one\r\ndata:two\r\n\r\ndata\n\n";
const EVENTS = [
  { event: "change", data: '{"revision": 13}', id: "13" },
  { event: "change", data: "one\ntwo", id: "14" },
  { event: "message", data: "", id: "14" },
];

describe("EventStreamParser", () => {
  it("finds the same events however the text is cut", () => {
    for (let size = 1; size <= TEXT.length; size++) {
      const parser = new EventStreamParser();
      const events = [];
      for (let at = 0; at < TEXT.length; at += size) events.push(...parser.push(TEXT.slice(at, at + size)));
      expect(events).toEqual(EVENTS);
    }
  });

  it("keeps an event back until its empty line", () => {
    const parser = new EventStreamParser();
    expect(parser.push("data: x\n")).toEqual([]);
    expect(parser.push("\n")).toEqual([{ event: "message", data: "x", id: "" }]);
  });
});
