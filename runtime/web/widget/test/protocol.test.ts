/** Reading what the stream brings, good and bad. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readContent, readEvent } from "../src/protocol.ts";

test("a message is read with its author and contents", () => {
  const event = readEvent(
    "message",
    JSON.stringify({
      id: "d1",
      at: 5,
      author: { agent: "Camille" },
      "reply-to": "v:1",
      contents: [
        { text: "hi" },
        { choices: { prompt: "Which?", options: [{ id: "a", title: "A", kind: "answer" }, { id: "b", title: "B", kind: { link: "https://post.example" } }] } },
        { media: { kind: "image", url: "/f/1", "mime-type": "image/png" } },
        { location: { latitude: 46.9, longitude: 7.4, name: "Counter" } },
        { contacts: [{ name: "Desk", phones: ["+41"], emails: [] }] },
      ],
    }),
  );
  assert.equal(event?.type, "message");
  assert.deepEqual(event.author, { kind: "agent", name: "Camille" });
  assert.equal(event.replyTo, "v:1");
  assert.deepEqual(event.contents.map(({ type }) => type), ["text", "choices", "media", "location", "contacts"]);
  const [, choices] = event.contents;
  assert.deepEqual(choices?.type === "choices" && choices.options[1], { id: "b", title: "B", description: undefined, kind: "link", url: "https://post.example" });
});

test("contents of a newer server become unknown instead of an error", () => {
  for (const value of [null, 3, "text", [], {}, { poll: {} }, { location: { latitude: "x" } }, { media: { kind: "image" } }]) {
    assert.deepEqual(readContent(value), { type: "unknown" });
  }
});

test("events that make no sense are left out", () => {
  for (const data of ["", "{", "null", "[]", "{}", '{"id":1,"at":2}', '{"id":"a","at":"2"}']) {
    assert.equal(readEvent("message", data), undefined, data);
  }
  assert.equal(readEvent("amended", "{}"), undefined);
  assert.equal(readEvent("fireworks", '{"of":"a"}'), undefined);
});

test("options without an id or title are left out", () => {
  const content = readContent({ choices: { prompt: "?", options: [{ id: "a" }, { title: "B" }, 7, { id: "c", title: "C" }] } });
  assert.deepEqual(content.type === "choices" && content.options.map(({ id }) => id), ["c"]);
});
