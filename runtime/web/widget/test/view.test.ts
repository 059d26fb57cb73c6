/** Drawing: the markup, every kind of content, and that nothing anybody writes becomes code. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Window } from "happy-dom";
import type { Message } from "../src/conversation.ts";
import { readContent, type Content } from "../src/protocol.ts";
import { drawContent } from "../src/view/contents.ts";
import { Log } from "../src/view/log.ts";
import { parseMarkup } from "../src/view/markup.ts";
import type { Actions } from "../src/view/message.ts";
import { wordsIn } from "../src/words.ts";

const window = new Window({ url: "https://shop.example/" });
Object.assign(globalThis, { document: window.document, ResizeObserver: window.ResizeObserver });

function actions(over: Partial<Actions> = {}): Actions {
  const nothing = (): void => {};
  const base = "https://bot.example/hooks/web-chat";
  return { words: wordsIn("en"), locale: "en-GB", base, textLength: 4000, take: nothing, retry: nothing, discard: nothing, ...over };
}
const draw = (content: Content, over?: Partial<Actions>): HTMLElement => drawContent(content, actions(over), { closed: false });
const html = (text: string): string => draw({ type: "text", text }).innerHTML;

const HOSTILE = ['<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', "javascript:alert(1)", "*<b onclick=x>*", "https://x.example/\"onmouseover=alert(1)"];

test("bold, italic and links are the only markup", () => {
  assert.equal(html("*bold* and _italic_, *_both_*"), "<strong>bold</strong> and <em>italic</em>, <strong><em>both</em></strong>");
  assert.deepEqual(parseMarkup("see https://post.example/a_b_c?x=(1)."), [
    { kind: "text", text: "see " },
    { kind: "link", text: "https://post.example/a_b_c?x=(1)", address: "https://post.example/a_b_c?x=(1)" },
    { kind: "text", text: "." },
  ]);
  assert.equal(parseMarkup("(https://post.example)")[1]?.kind, "link");
});

test("stars and underscores inside words are text", () => {
  for (const text of ["2*3*4", "snake_case_name", "* a list", "*open", "__init__", "a * b * c", "5 * 4", "**"]) {
    assert.deepEqual(parseMarkup(text), [{ kind: "text", text }], text);
  }
});

test("no text loses a letter to the markup", () => {
  const letters = ["*", "_", " ", "a", "https://a.ch/", ")", ".", "\n"];
  const spoken = (text: string): string => draw({ type: "text", text }).textContent ?? "";
  let seed = 1;
  for (let round = 0; round < 500; round += 1) {
    let text = "";
    for (let index = 0; index < 12; index += 1) {
      seed = (seed * 48_271) % 2_147_483_647;
      text += letters[seed % letters.length];
    }
    const marks = /[*_]/g;
    assert.equal(spoken(text).replace(marks, ""), text.replace(marks, ""), JSON.stringify(text));
  }
});

test("hostile text stays text, wherever it stands", () => {
  for (const text of HOSTILE) {
    const contents = [
      { text },
      { choices: { prompt: text, options: [{ id: text, title: text, description: text, kind: "answer" }, { id: "l", title: text, kind: { link: text } }] } },
      { selection: { id: text, title: text } },
      { media: { kind: "document", url: text, "file-name": text, caption: text } },
      { media: { kind: "image", url: text, caption: text } },
      { location: { latitude: 1, longitude: 2, name: text, address: text } },
      { contacts: [{ name: text, phones: [text], emails: [text] }] },
    ];
    for (const content of contents) {
      const element = draw(readContent(content));
      assert.equal(element.querySelectorAll("script, [onclick], [onerror], [onmouseover]").length, 0, element.outerHTML);
      for (const anchor of element.querySelectorAll("a")) assert.match(anchor.getAttribute("href") ?? "", /^(https?|tel|mailto):/);
      for (const image of element.querySelectorAll("img")) assert.match(image.getAttribute("src") ?? "", /^https?:/);
    }
  }
});

test("links tell the other side nothing about the page", () => {
  const anchor = draw({ type: "text", text: "https://post.example" }).querySelector("a");
  assert.equal(anchor?.getAttribute("rel"), "noopener noreferrer nofollow");
  assert.equal(anchor?.getAttribute("target"), "_blank");
});

test("a pressed option is given back, a closed one cannot be pressed", () => {
  const content = readContent({ choices: { prompt: "Which?", options: [{ id: "a", title: "A" }, { id: "b", title: "B" }] } });
  const taken: string[] = [];
  const open = drawContent(content, actions({ take: ({ id }) => void taken.push(id) }), { closed: false });
  open.querySelectorAll("button")[1]?.click();
  assert.deepEqual(taken, ["b"]);
  const closed = drawContent(content, actions(), { closed: true, chosen: "b" });
  assert.deepEqual([...closed.querySelectorAll("button")].map((button) => button.disabled), [true, true]);
  assert.match(closed.querySelector(".chosen")?.textContent ?? "", /^B.*chosen/);
});

const message = (key: string, over: Partial<Message> = {}): Message => ({
  key,
  id: key,
  at: Date.parse("2026-11-20T10:00:00Z"),
  author: { kind: "bot" },
  contents: [{ type: "text", text: key }],
  ...over,
});
const own = (key: string, over: Partial<Message> = {}): Message => message(key, { author: { kind: "customer" }, delivery: "sent", ...over });

test("the list keeps what did not change and draws anew what did", () => {
  const log = new Log(actions());
  const [a, b] = [message("a"), own("b", { delivery: "sending" })];
  log.draw([a, b], undefined);
  const bubbles = () => [...log.element.querySelectorAll(".bubble")];
  const before = bubbles();
  log.draw([a, { ...b, delivery: "sent" }], undefined);
  assert.equal(bubbles()[0], before[0]);
  assert.equal(bubbles()[1], before[1], "the state alone does not draw the bubble anew");
  assert.match(log.element.querySelectorAll(".foot")[1]?.textContent ?? "", /Sent/);
  log.draw([{ ...a, contents: [{ type: "text", text: "better" }], edited: true }], undefined);
  assert.equal(bubbles().length, 1);
  assert.match(bubbles()[0]?.textContent ?? "", /better/);
});

test("who answers is shown, and that a person took over", () => {
  const log = new Log(actions());
  const agent = { kind: "agent", name: "Camille" } as const;
  log.draw([message("a"), message("a2"), own("b"), message("c", { author: agent })], agent);
  assert.deepEqual([...log.element.querySelectorAll(".name")].map((name) => name.firstChild?.textContent), ["Digital assistant", "Camille"]);
  assert.match(log.element.textContent ?? "", /You are now chatting with Camille\./);
  assert.match(log.element.querySelector(".typing")?.textContent ?? "", /Camille is writing/);
});

test("a failed message says so and offers to send it again", () => {
  const retried: string[] = [];
  const log = new Log(actions({ retry: (key) => void retried.push(key) }));
  log.draw([own("x", { delivery: "failed", problem: "offline" })], undefined);
  const button = log.element.querySelector<HTMLButtonElement>(".foot button");
  assert.equal(button?.textContent, "Send again");
  button?.click();
  assert.deepEqual(retried, ["x"]);
  log.draw([own("x", { delivery: "failed", problem: "too-long" })], undefined);
  assert.deepEqual([...log.element.querySelectorAll(".foot button")].map((other) => other.textContent), ["Discard"]);
});

test("a withdrawn message shows nothing of what it said", () => {
  const log = new Log(actions());
  log.draw([message("secret")], undefined);
  log.draw([message("secret", { contents: [], retracted: true })], undefined);
  assert.doesNotMatch(log.element.textContent ?? "", /secret/);
});
