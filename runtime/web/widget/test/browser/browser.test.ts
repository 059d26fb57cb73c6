/**
 * The built window in a real Chromium. Skipped, and said so, where there is none: name it in CHROMIUM, or install one at a
 * usual place.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import type {} from "../../src/main.ts";
import { MockServer } from "./server.ts";

const CHROMIUM = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = CHROMIUM.find((path) => path !== undefined && existsSync(path));

describe("in Chromium", { skip: executablePath === undefined && "no Chromium: set CHROMIUM to one" }, () => {
  let browser: Browser;
  let server: MockServer;
  let page: Page;
  let address: string;

  before(async () => {
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
  });
  after(() => browser.close());
  let errors: Error[];
  beforeEach(async () => {
    server = new MockServer();
    address = `http://127.0.0.1:${await server.listen()}/`;
    page = await (await browser.newContext({ locale: "en-GB", viewport: { width: 900, height: 760 } })).newPage();
    page.setDefaultTimeout(10_000);
    errors = [];
    page.on("pageerror", (error) => errors.push(error));
  });
  afterEach(async () => {
    await page.context().close();
    await server.close();
    assert.deepEqual(errors, [], "errors on the page");
  });

  const open = async (on: Page = page): Promise<void> => {
    await on.goto(address);
    await on.getByRole("button", { name: "Open chat" }).click();
  };
  const write = async (text: string): Promise<void> => {
    await page.getByLabel("Your message").fill(text);
    await page.keyboard.press("Enter");
  };
  const bubbles = (on: Page = page): Promise<string[]> => on.locator(".bubble .text").allTextContents();
  const shown = async (texts: string[], on: Page = page): Promise<void> => {
    await on.waitForFunction((count) => document.querySelector("[data-sportello]")?.shadowRoot?.querySelectorAll(".bubble .text").length === count, texts.length);
    assert.deepEqual(await bubbles(on), texts);
  };

  test("a message is answered, and choices go back as selections", async () => {
    server.answer = ({ text }) => {
      if (text !== undefined) server.say([{ choices: { prompt: "Which *one*?", options: [{ id: "p", title: "A parcel", kind: "answer" }, { id: "l", title: "A letter", kind: "answer" }] } }]);
    };
    await open();
    await write("Where is it?");
    await shown(["Where is it?", "Which one?"]);
    await page.getByRole("button", { name: "A parcel" }).click();
    await shown(["Where is it?", "Which one?", "A parcel"]);
    assert.deepEqual(server.received[1]?.selection, { id: "p", title: "A parcel" });
    assert.equal(server.received[0]?.language, "en");
    assert.equal(await page.getByRole("button", { name: "A letter" }).isDisabled(), true);
    assert.match((await page.locator(".customer .foot").last().textContent()) ?? "", /Sent/);
    assert.ok(server.typings > 0);
  });

  test("the history comes back after a reload, and a second tab is in step", async () => {
    await open();
    await write("one");
    await shown(["one"]);
    server.say([{ text: "two" }], "Camille");
    await page.reload();
    await shown(["one", "two"]);
    const second = await page.context().newPage();
    await open(second);
    await shown(["one", "two"], second);
    await write("three");
    await shown(["one", "two", "three"], second);
    assert.equal(await second.locator(".who").textContent(), "Camille");
    assert.match((await second.getByRole("log").textContent()) ?? "", /Camille/);
  });

  test("a broken stream comes back without losing or repeating anything", async () => {
    await open();
    await write("one");
    await shown(["one"]);
    server.cut();
    server.say([{ text: "meanwhile" }]);
    await shown(["one", "meanwhile"]);
    assert.equal(server.streams, 1);
  });

  test("a message that cannot be sent is kept over a reload and sent once", async () => {
    await open();
    await write("hello");
    await shown(["hello"]);
    server.failing = 503;
    await write("later");
    await page.locator(".row.sending").waitFor();
    await page.reload();
    await page.locator(".row.sending").waitFor();
    server.failing = undefined;
    await page.locator(".row.sending").waitFor({ state: "detached" });
    await shown(["hello", "later"]);
    assert.deepEqual(server.received.map(({ text }) => text), ["hello", "later"]);
  });

  test("what the server refuses is marked, and can be discarded", async () => {
    await open();
    server.failing = 400;
    await write("no");
    await page.locator(".row.failed").waitFor();
    assert.match((await page.getByRole("alert").textContent()) ?? "", /refused/);
    await page.getByRole("button", { name: "Discard" }).click();
    await shown([]);
  });

  test("a token that the server no longer knows is replaced, and the message still arrives", async () => {
    await open();
    await write("one");
    await shown(["one"]);
    const token = await page.evaluate(() => Object.entries(localStorage).find(([key]) => key.endsWith("token"))?.[1]);
    server.revoked.add(String(token));
    server.cut();
    await write("two");
    while (server.received.length < 2) await page.waitForTimeout(20);
    assert.deepEqual(server.received.map(({ text }) => text), ["one", "two"]);
  });

  test("everything can be done with the keyboard", async () => {
    server.say([{ choices: { prompt: "Which?", options: [{ id: "p", title: "A parcel", kind: "answer" }] } }]);
    await page.goto(address);
    const focused = (): Promise<string | null | undefined> =>
      page.evaluate(() => document.querySelector("[data-sportello]")?.shadowRoot?.activeElement?.getAttribute("aria-label"));
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    assert.equal(await focused(), "Open chat");
    await page.keyboard.press("Enter");
    assert.equal(await focused(), "Your message");
    await shown(["Which?"]);
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await shown(["Which?", "A parcel"]);
    await page.keyboard.press("Escape");
    assert.equal(await focused(), "Open chat");
    assert.equal(await page.getByRole("dialog").count(), 0);
  });

  test("new messages are counted on the closed window, and announced in the open one", async () => {
    await open();
    await write("hello");
    await shown(["hello"]);
    await page.getByRole("button", { name: "Close chat" }).first().click();
    server.say([{ text: "one" }]);
    server.say([{ text: "two" }]);
    await page.getByRole("button", { name: "Open chat, 2 new messages" }).click();
    await page.locator('[role="log"][aria-live="polite"]').waitFor();
    await page.getByRole("button", { name: "Close chat" }).first().click();
    assert.equal(await page.getByRole("button", { name: "Open chat", exact: true }).count(), 1);
  });

  test("a text over the limit cannot be sent, and says by how much", async () => {
    await open();
    server.say([{ text: "hi" }]);
    await shown(["hi"]);
    await page.getByLabel("Your message").fill("ä".repeat(302));
    assert.equal(await page.locator(".counter").textContent(), "2 characters too many");
    assert.equal(await page.getByRole("button", { name: "Send" }).isDisabled(), true);
  });

  test("nothing that is written runs in the page, and the page's style stays outside", async () => {
    await open();
    const hostile = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>';
    server.say([{ text: hostile }, { media: { kind: "image", url: "javascript:window.broken=1" } }]);
    await write(hostile);
    await shown([hostile, "This message cannot be shown here.", hostile]);
    assert.equal(await page.evaluate(() => "broken" in window), false);
    const colour = await page.locator(".bot .text").first().evaluate((text) => getComputedStyle(text).color);
    assert.notEqual(colour, "rgb(255, 0, 0)");
  });

  test("the field has the height of its text from the beginning, and the page can open the window", async () => {
    await page.goto(address);
    await page.evaluate(() => window.sportello?.open());
    const height = (): Promise<number> => page.getByLabel("Your message").evaluate((field) => field.clientHeight);
    const one = await height();
    assert.ok(one > 20, String(one));
    await page.getByLabel("Your message").fill("a\nb\nc");
    assert.ok((await height()) > one + 20);
    await page.evaluate(() => window.sportello?.close());
    assert.equal(await page.getByRole("dialog").count(), 0);
  });

  test("the page chooses language, theme and colour", async () => {
    server.attributes = 'data-language="fr-CH" data-theme="dark" data-accent="#ffcc00" data-title="La Poste"';
    await page.goto(address);
    await page.getByRole("button", { name: "Ouvrir le chat" }).click();
    assert.equal(await page.getByRole("dialog", { name: "La Poste" }).count(), 1);
    const style = (selector: string, property: string): Promise<string> =>
      page.locator(selector).evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
    assert.equal(await style(".launcher", "background-color"), "rgb(255, 204, 0)");
    assert.equal(await style(".launcher", "color"), "rgb(0, 0, 0)");
    assert.equal(await style(".window", "background-color"), "rgb(22, 25, 29)");
  });

  test("a reader at the end stays there while pictures load, and one further up is not moved", async () => {
    await open();
    for (let line = 0; line < 30; line += 1) server.say([{ text: `line ${line}` }]);
    server.say([{ media: { kind: "image", url: "/picture.svg" } }]);
    const scroller = page.locator(".scroller");
    const below = (): Promise<number> => scroller.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
    await page.waitForFunction(() => document.querySelector("[data-sportello]")?.shadowRoot?.querySelector("img")?.naturalWidth);
    await page.waitForTimeout(300);
    assert.ok((await below()) < 2, String(await below()));
    await scroller.evaluate((element) => element.scrollTo(0, 0));
    await page.waitForTimeout(100);
    server.say([{ text: "the last" }]);
    await page.getByRole("button", { name: "New messages" }).click();
    await page.waitForTimeout(100);
    assert.ok((await below()) < 2, String(await below()));
  });

  test("typing of the other side shows and goes away with the message", async () => {
    await open();
    await write("hello");
    await shown(["hello"]);
    await page.locator('[role="log"][aria-live="polite"]').waitFor();
    server.publish("typing", { at: Date.now(), author: { agent: "Camille" } });
    await page.getByText("Camille is writing…").waitFor({ state: "attached" });
    server.say([{ text: "Here I am" }], "Camille");
    await page.getByText("Camille is writing…").waitFor({ state: "detached" });
  });
});
