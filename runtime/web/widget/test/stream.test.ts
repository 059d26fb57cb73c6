/** The stream: going on where it broke off, and knowing when to stop. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../src/backoff.ts";
import { Stream } from "../src/stream.ts";

const sse = (text: string | ReadableStream<Uint8Array>, status = 200): Response =>
  new Response(text, { status, headers: { "content-type": "text/event-stream; charset=utf-8" } });

/** Runs a stream against a list of answers; ends when they are used up. */
async function run(answers: (() => Response | undefined)[], pauses: number[] = []) {
  const asked: string[] = [];
  const events: string[] = [];
  const states: string[] = [];
  await new Promise<void>((resolve) => {
    const stream: Stream = new Stream(
      {
        open: async (lastEventId) => {
          asked.push(lastEventId);
          const answer = answers.shift();
          if (answer) return answer();
          stream.stop();
          resolve();
          return undefined;
        },
        event: ({ data }) => void events.push(data),
        connection: (state) => void states.push(state),
      },
      async (milliseconds) => void pauses.push(milliseconds),
      new Backoff(1_000, 30_000, () => 1),
    );
    stream.start();
  });
  return { asked, events, states };
}

test("a broken stream goes on after the last event", async () => {
  const { asked, events, states } = await run([() => sse("id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: lost"), () => sse("id: 3\ndata: c\n\n")]);
  assert.deepEqual(asked, ["", "2", "3"]);
  assert.deepEqual(events, ["a", "b", "c"]);
  assert.deepEqual(states, ["connecting", "open", "broken", "open", "broken", "closed"]);
});

test("waits double with each failure and begin anew after a success", async () => {
  const pauses: number[] = [];
  const fail = () => {
    throw new TypeError("no network");
  };
  await run([fail, () => sse("", 503), () => new Response("not a stream"), () => undefined, () => sse(": hello\n\n"), fail], pauses);
  assert.deepEqual(pauses, [1_000, 2_000, 4_000, 8_000, 1_000, 2_000]);
});

test("the server may name the first wait", async () => {
  const pauses: number[] = [];
  await run([() => sse("retry: 300\n\n")], pauses);
  assert.deepEqual(pauses, [300]);
});

test("a stopped stream takes no more events and lets the connection go", async () => {
  const events: string[] = [];
  let cancelled = false;
  let push: ((text: string) => void) | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      push = (text) => controller.enqueue(new TextEncoder().encode(text));
    },
    cancel: () => {
      cancelled = true;
    },
  });
  const stream = new Stream({ open: async () => sse(body), event: ({ data }) => void events.push(data), connection: () => {} }, async () => {});
  stream.start();
  push?.("data: a\n\n");
  await new Promise((resolve) => setImmediate(resolve));
  stream.stop();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(events, ["a"]);
  assert.equal(cancelled, true);
});
