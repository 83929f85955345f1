/** Parser of `text/event-stream` (HTML standard, section "Server-sent events"), fed with text in any pieces. */

export interface ServerEvent {
  event: string;
  data: string;
  id: string;
}

export class EventStreamParser {
  #rest = "";
  #event = "";
  #data: string[] = [];
  #id = "";

  /** The events that are complete after this piece of text. */
  push(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    this.#rest += text;
    for (;;) {
      const end = this.#rest.search(/[\r\n]/);
      if (end < 0) return events;
      const isReturn = this.#rest[end] === "\r";
      // A "\r" at the very end may be the first half of "\r\n": wait for the next characters.
      if (isReturn && end + 1 === this.#rest.length) return events;
      const width = isReturn && this.#rest[end + 1] === "\n" ? 2 : 1;
      const line = this.#rest.slice(0, end);
      this.#rest = this.#rest.slice(end + width);
      const event = this.#takeLine(line);
      if (event !== null) events.push(event);
    }
  }

  #takeLine(line: string): ServerEvent | null {
    if (line === "") {
      const event = { event: this.#event || "message", data: this.#data.join("\n"), id: this.#id };
      const isEmpty = this.#data.length === 0;
      this.#event = "";
      this.#data = [];
      return isEmpty ? null : event;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return null; // a comment
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id") this.#id = value;
    return null;
  }
}
