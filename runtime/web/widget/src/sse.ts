/**
 * The text format of server-sent events, read piece by piece as the network brings it (WHATWG HTML, section 9.2.6).
 */

export interface SseEvent {
  name: string;
  data: string;
}

export class SseParser {
  /** The id of the last complete event: what a resumed stream has to be asked for. */
  lastEventId: string;
  /** What the server asks for as the first delay before reconnecting, in milliseconds. */
  retry: number | undefined;

  private rest = "";
  private id: string;
  private name = "";
  private data: string[] = [];

  constructor(lastEventId = "") {
    this.lastEventId = lastEventId;
    this.id = lastEventId;
  }

  /** Takes the next piece of text and returns the events that it completed. */
  push(text: string): SseEvent[] {
    const events: SseEvent[] = [];
    // A carriage return at the very end may be half of a line end whose other half is still to come.
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line !== "") this.field(line);
      else this.dispatch(events);
    }
    return events;
  }

  private dispatch(events: SseEvent[]): void {
    this.lastEventId = this.id;
    if (this.data.length > 0) events.push({ name: this.name || "message", data: this.data.join("\n") });
    this.name = "";
    this.data = [];
  }

  private field(line: string): void {
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") this.data.push(value);
    else if (field === "event") this.name = value;
    else if (field === "id" && !value.includes("\0")) this.id = value;
    else if (field === "retry" && /^\d+$/.test(value)) this.retry = Number(value);
  }
}
