/** Messages on their way: order, repetition and giving up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Posted } from "../src/api.ts";
import { type Letter, Outbox, readLetters } from "../src/outbox.ts";

const letter = (client: string): Letter => ({ client, outgoing: { text: client }, at: 1 });
const taken: Posted = { kind: "taken", id: "v:x", at: 9 };

/** A server that answers from a list, and then takes everything. */
function post(answers: Posted[]) {
  const seen: string[] = [];
  let kept: readonly Letter[] = [];
  return {
    seen,
    kept: () => kept,
    deliver: async ({ client }: Letter) => {
      seen.push(`try ${client}`);
      return answers.shift() ?? taken;
    },
    sent: (client: string) => void seen.push(`sent ${client}`),
    failed: (client: string, problem: string) => void seen.push(`failed ${client} ${problem}`),
    keep: (letters: readonly Letter[]) => {
      kept = letters;
    },
  };
}

/** Until the outbox has nothing left to do. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
const noPause = async () => {};

test("messages leave one at a time, in the order in which they were written", async () => {
  const server = post([{ kind: "unreachable" }]);
  const outbox = new Outbox(server, noPause);
  outbox.send(letter("a"));
  outbox.send(letter("b"));
  await settled();
  assert.deepEqual(server.seen, ["try a", "try a", "sent a", "try b", "sent b"]);
  assert.deepEqual(server.kept(), []);
});

test("after six attempts the customer is told, and the next message has its turn", async () => {
  const server = post(Array<Posted>(6).fill({ kind: "unreachable" }));
  const outbox = new Outbox(server, noPause);
  outbox.send(letter("a"));
  outbox.send(letter("b"));
  await settled();
  assert.deepEqual(server.seen.slice(5), ["try a", "failed a offline", "try b", "sent b"]);
  assert.deepEqual(server.kept().map(({ client, failed }) => [client, failed]), [["a", true]]);
});

test("a failed message is sent again under the same id", async () => {
  const server = post(Array<Posted>(6).fill({ kind: "unreachable" }));
  const outbox = new Outbox(server, noPause);
  outbox.send(letter("a"));
  await settled();
  server.seen.length = 0;
  outbox.retry("a");
  await settled();
  assert.deepEqual(server.seen, ["try a", "sent a"]);
});

test("what the server refuses is not sent again by itself", async () => {
  const server = post([{ kind: "too-long" }]);
  const outbox = new Outbox(server, noPause);
  outbox.send(letter("a"));
  await settled();
  assert.deepEqual(server.seen, ["try a", "failed a too-long"]);
});

test("what the stream has brought back is not sent again", async () => {
  const server = post([{ kind: "unreachable" }, { kind: "unreachable" }]);
  const outbox = new Outbox(server, async () => outbox.discard("a"));
  outbox.send(letter("a"));
  await settled();
  assert.deepEqual(server.seen, ["try a", "try a"], "the attempt under way ends without a word");
});

test("what an earlier page kept goes out first", async () => {
  const server = post([]);
  const outbox = new Outbox(server, noPause, readLetters([letter("old"), { client: 1 }, null, "x"]));
  outbox.send(letter("new"));
  await settled();
  assert.deepEqual(server.seen, ["try old", "sent old", "try new", "sent new"]);
  assert.deepEqual(readLetters("nonsense"), []);
});
