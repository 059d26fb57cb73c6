/** Messages, their order and their states. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, Conversation } from "../src/conversation.ts";
import type { Author, Content, Option, StreamEvent } from "../src/protocol.ts";

const text = (words: string): Content => ({ type: "text", text: words });
const bot: Author = { kind: "bot" };

function from(author: Author, id: string, at: number, content: Content = text(id)): StreamEvent {
  const own = author.kind === "customer" ? { client: id.replace("visitor:", "") } : {};
  return { type: "message", id, at, author, contents: [content], ...own };
}
const own = (client: string, at: number, content?: Content) => from({ kind: "customer" }, `visitor:${client}`, at, content);
const keys = (conversation: Conversation) => conversation.messages.map(({ key }) => key);

test("the same event twice changes nothing", () => {
  const conversation = new Conversation();
  assert.equal(conversation.apply(from(bot, "a", 1)), true);
  const before = conversation.messages;
  assert.equal(conversation.apply(from(bot, "a", 1)), false);
  assert.equal(conversation.messages, before);
});

test("the server's clock orders what arrives late", () => {
  const conversation = new Conversation();
  conversation.apply(from(bot, "answer", 20));
  conversation.apply(own("question", 10));
  assert.deepEqual(keys(conversation), ["question", "answer"]);
});

test("what is still being sent stands below whatever arrives meanwhile", () => {
  const conversation = new Conversation();
  conversation.write("mine", text("?"), 1);
  conversation.apply(from(bot, "a", 1_000));
  assert.deepEqual(keys(conversation), ["a", "mine"]);
  conversation.sent("mine", "visitor:mine", 500);
  assert.deepEqual(keys(conversation), ["mine", "a"]);
});

test("the echo of an own message settles it under the same key, in whatever order the answers come", () => {
  const conversation = new Conversation();
  conversation.write("mine", text("?"), 1);
  conversation.apply(own("mine", 5));
  assert.deepEqual(conversation.messages.map(({ key, id, delivery }) => [key, id, delivery]), [["mine", "visitor:mine", "sent"]]);
  conversation.failed("mine", "offline");
  assert.equal(conversation.messages[0]?.delivery, "sent", "an old attempt's failure comes too late");
  assert.equal(conversation.apply(own("mine", 5)), false);
});

test("a failed message is sent again, or given up", () => {
  const conversation = new Conversation();
  conversation.write("mine", text("?"), 1);
  conversation.failed("mine", "offline");
  assert.equal(conversation.messages[0]?.problem, "offline");
  conversation.sending("mine");
  assert.equal(conversation.messages[0]?.delivery, "sending");
  conversation.discard("mine");
  assert.deepEqual(keys(conversation), []);
});

test("messages are amended, withdrawn, reacted to and read", () => {
  const conversation = new Conversation();
  conversation.apply(from(bot, "a", 1));
  conversation.apply(own("mine", 2));
  conversation.apply({ type: "amended", of: "a", contents: [text("better")] });
  conversation.apply({ type: "reaction", of: "visitor:mine", emoji: "👍" });
  conversation.apply({ type: "seen", of: "visitor:mine" });
  const [answer, mine] = conversation.messages;
  assert.deepEqual(answer?.contents, [text("better")]);
  assert.equal(answer?.edited, true);
  assert.deepEqual([mine?.emoji, mine?.delivery], ["👍", "seen"]);
  conversation.apply({ type: "retracted", of: "a" });
  assert.deepEqual(conversation.messages[0]?.contents, []);
  assert.equal(conversation.apply({ type: "retracted", of: "nobody" }), false);
});

test("another visitor begins with nothing but what this page still has to send", () => {
  const conversation = new Conversation();
  conversation.apply(from(bot, "a", 1));
  conversation.write("mine", text("?"), 2);
  conversation.clear();
  assert.deepEqual(keys(conversation), ["mine"]);
});

test("only the other side's messages count as unread", () => {
  const conversation = new Conversation();
  conversation.apply(from(bot, "a", 1));
  conversation.apply(own("mine", 2));
  conversation.apply(from({ kind: "agent", name: "Camille" }, "b", 3));
  assert.equal(conversation.unread(0), 2);
  assert.equal(conversation.unread(1), 1);
  assert.equal(conversation.newest, 3);
  assert.deepEqual(conversation.speaker, { kind: "agent", name: "Camille" });
});

test("options close when one is taken, and when the conversation has moved on", () => {
  const options: Option[] = [{ id: "yes", title: "Yes", kind: "answer" }];
  const conversation = new Conversation();
  const state = () => answered(conversation.messages, 0, options);
  conversation.apply(from(bot, "q", 1, { type: "choices", prompt: "?", options }));
  assert.deepEqual(state(), { closed: false });
  conversation.apply(own("hm", 2));
  assert.deepEqual(state(), { closed: false }, "a hesitating customer may still press");
  conversation.apply(own("pick", 3, { type: "selection", id: "yes", title: "Yes" }));
  assert.deepEqual(state(), { closed: true, chosen: "yes" });

  const other = new Conversation();
  other.apply(from(bot, "q", 1, { type: "choices", prompt: "?", options }));
  other.apply(own("hm", 2));
  other.apply(from(bot, "a", 3));
  assert.deepEqual(answered(other.messages, 0, options), { closed: true });
});
