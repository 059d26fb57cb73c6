/** The requests, and what their answers mean to a customer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Api, visitorOf } from "../src/api.ts";

function server(answer: () => Response) {
  const requests: { url: string; init: RequestInit }[] = [];
  const api = new Api("https://bot.example/hooks/web-chat", async (url, init) => {
    requests.push({ url, init });
    return answer();
  });
  return { api, requests };
}

const letter = { client: "c1", at: 5, outgoing: { text: "hi" } };

test("a message carries the client's id and the token", async () => {
  const { api, requests } = server(() => Response.json({ id: "v:c1", at: 7 }));
  assert.deepEqual(await api.send("tok", letter, "fr"), { kind: "taken", id: "v:c1", at: 7 });
  const [request] = requests;
  assert.equal(request?.url, "https://bot.example/hooks/web-chat/messages");
  assert.deepEqual(JSON.parse(String(request?.init.body)), { id: "c1", at: 5, language: "fr", text: "hi" });
  assert.equal((request?.init.headers as Record<string, string>)["authorization"], "Bearer tok");
});

test("each refusal has its own meaning, and only what may pass is tried again", async () => {
  const meanings: [number, string][] = [[401, "unauthorised"], [413, "too-long"], [400, "refused"], [404, "refused"], [408, "unreachable"], [429, "unreachable"], [503, "unreachable"]];
  for (const [status, kind] of meanings) {
    const { api } = server(() => new Response("", { status }));
    assert.equal((await api.send("t", letter, "en")).kind, kind, String(status));
  }
});

test("no network and no sensible answer are worth another try", async () => {
  const offline = server(() => {
    throw new TypeError("failed to fetch");
  });
  assert.equal((await offline.api.send("t", letter, "en")).kind, "unreachable");
  assert.equal(await offline.api.session(), undefined);
  const portal = server(() => new Response("<html>please log in</html>"));
  assert.equal((await portal.api.send("t", letter, "en")).kind, "unreachable");
  assert.equal(await portal.api.session(), undefined);
});

test("a stream is asked for from after the last event", async () => {
  const { api, requests } = server(() => new Response(""));
  const signal = new AbortController().signal;
  await api.stream("tok", "", signal);
  await api.stream("tok", "17", signal);
  const ids = requests.map(({ init }) => (init.headers as Record<string, string>)["last-event-id"]);
  assert.deepEqual(ids, [undefined, "17"]);
});

test("a session tells how far the browser's clock is off", async () => {
  const { api } = server(() => Response.json({ token: "v.1.m", "text-length": 300, now: Date.now() + 3_600_000 }));
  const session = await api.session();
  assert.equal(session?.textLength, 300);
  assert.ok(Math.abs((session?.ahead ?? 0) - 3_600_000) < 5_000, String(session?.ahead));
});

test("the visitor is the first part of the token", () => {
  assert.equal(visitorOf("abc.123.mac"), "abc");
});
