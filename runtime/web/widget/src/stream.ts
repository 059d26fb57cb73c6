/**
 * A stream of server-sent events that comes back by itself and goes on where it broke off. Read with `fetch` instead of
 * `EventSource`, which can neither send the token as a header nor tell a refusal from a broken line, and which does not
 * notice a connection that died in silence.
 */
import { Backoff } from "./backoff.ts";
import type { Pause } from "./pause.ts";
import { type SseEvent, SseParser } from "./sse.ts";

/** `open`: events flow. `broken`: it will be tried again. */
export type Connection = "closed" | "connecting" | "open" | "broken";

export interface Source {
  /** Asks for the stream from after `lastEventId` ("": all there is); undefined: not now. */
  open(lastEventId: string, signal: AbortSignal): Promise<Response | undefined>;
  event(event: SseEvent): void;
  connection(state: Connection): void;
}

/** Milliseconds of silence after which a connection counts as dead; the server sends a heartbeat far more often. */
const SILENCE = 60_000;
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 30_000;

export class Stream {
  private readonly source: Source;
  private readonly pause: Pause;
  private readonly backoff: Backoff;
  private lastEventId = "";
  private running: AbortController | undefined;

  constructor(source: Source, pause: Pause, backoff = new Backoff(FIRST_DELAY, LONGEST_DELAY)) {
    this.source = source;
    this.pause = pause;
    this.backoff = backoff;
  }

  /** Attempts in a row that brought nothing. */
  get failures(): number {
    return this.backoff.failures;
  }

  /** Connects and stays connected; does nothing where it already does. */
  start(): void {
    if (this.running) return;
    this.running = new AbortController();
    void this.run(this.running.signal);
  }

  stop(): void {
    if (!this.running) return;
    this.running.abort();
    this.running = undefined;
    this.source.connection("closed");
  }

  /** Begins from the first event, for another visitor. */
  forget(): void {
    this.stop();
    this.lastEventId = "";
  }

  private async run(stopped: AbortSignal): Promise<void> {
    this.source.connection("connecting");
    while (!stopped.aborted) {
      await this.attempt(stopped);
      if (stopped.aborted) return;
      this.source.connection("broken");
      await this.pause(this.backoff.next(), stopped);
    }
  }

  /** One connection, until it ends in whatever way. */
  private async attempt(stopped: AbortSignal): Promise<void> {
    const line = new AbortController();
    const cut = (): void => line.abort();
    stopped.addEventListener("abort", cut);
    let watchdog = setTimeout(cut, SILENCE);
    try {
      const response = await this.source.open(this.lastEventId, line.signal);
      const type = response?.headers.get("content-type") ?? "";
      if (!response?.ok || !response.body || !type.startsWith("text/event-stream")) {
        await response?.body?.cancel();
        return;
      }
      this.source.connection("open");
      const parser = new SseParser(this.lastEventId);
      for await (const text of pieces(response.body, line.signal)) {
        clearTimeout(watchdog);
        watchdog = setTimeout(cut, SILENCE);
        this.backoff.reset();
        for (const event of parser.push(text)) this.source.event(event);
        this.lastEventId = parser.lastEventId;
        if (parser.retry !== undefined) this.backoff.startAt(parser.retry);
      }
    } catch {
      // Whatever broke it, the next attempt goes on from the last event.
    } finally {
      clearTimeout(watchdog);
      stopped.removeEventListener("abort", cut);
      line.abort();
    }
  }
}

async function* pieces(body: ReadableStream<Uint8Array>, cut: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  cut.addEventListener("abort", () => void reader.cancel().catch(() => {}));
  for (;;) {
    const { done, value } = await reader.read();
    if (done || cut.aborted) return;
    yield decoder.decode(value, { stream: true });
  }
}
