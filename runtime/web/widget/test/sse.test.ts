/** The text format of server-sent events, whatever way the network cuts it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { SseParser } from "../src/sse.ts";

const WHOLE = ': hello\r\nid: 7\nevent: message\ndata: {"a":\rdata: 1}\n\nretry: 250\ndata:second\r\n\r\nid: 9\n\ndata: unfinished';

test("events are read with their names, ids and several lines of data", () => {
  const parser = new SseParser();
  assert.deepEqual(parser.push(WHOLE), [
    { name: "message", data: '{"a":\n1}' },
    { name: "message", data: "second" },
  ]);
  assert.equal(parser.lastEventId, "9");
  assert.equal(parser.retry, 250);
});

test("every way to cut the stream in two gives the same events", () => {
  const whole = new SseParser().push(WHOLE);
  for (let cut = 0; cut <= WHOLE.length; cut += 1) {
    const parser = new SseParser();
    const events = [...parser.push(WHOLE.slice(0, cut)), ...parser.push(WHOLE.slice(cut))];
    assert.deepEqual(events, whole, `cut at ${cut}`);
  }
});

test("an event that was cut off does not count as received", () => {
  const parser = new SseParser("3");
  parser.push("id: 4\ndata: half");
  assert.equal(parser.lastEventId, "3");
});

test("a heartbeat is no event", () => {
  assert.deepEqual(new SseParser().push(": \n\n:\n\n"), []);
});
