/**
 * A visitor of the demo page in Chromium, with two tabs, and an agent at the API. SPORTELLO is the server's address, TOKEN
 * one of its tokens.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";

const LIMIT = 30_000;
const server = process.env.SPORTELLO;
const names = ["chromium", "chromium-browser", "google-chrome"];
const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
const executablePath = [process.env.CHROMIUM, ...onPath].find((path) => path && existsSync(path));
assert.ok(executablePath, "there is no Chromium: `cargo xtask test` installs one, or name yours in CHROMIUM");

/** The package of the chat window has the driver among what it develops with. */
function driver() {
  const widget = createRequire(new URL("../../../runtime/web/widget/package.json", import.meta.url));
  try {
    return widget("playwright-core");
  } catch {
    throw new Error("playwright-core is missing: run `npm ci` in runtime/web/widget, or `cargo xtask test`");
  }
}

async function call(path, body) {
  const headers = { authorization: `Bearer ${process.env.TOKEN}`, "content-type": "application/json" };
  const response = await fetch(server + path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  assert.ok(response.ok, `${path}: ${response.status} ${text}`);
  return JSON.parse(text);
}

const bubbles = (tab) => tab.locator(".bubble .text").allTextContents();

/** Waits until the last bubble begins so. */
async function reads(tab, beginning) {
  const until = Date.now() + LIMIT;
  for (;;) {
    const texts = await bubbles(tab);
    if (texts.at(-1)?.startsWith(beginning)) return;
    assert.ok(Date.now() < until, `“${beginning}” was awaited; the window shows ${JSON.stringify(texts, null, 1)}`);
    await tab.waitForTimeout(50);
  }
}

async function writes(tab, text) {
  await tab.getByLabel("Your message").fill(text);
  await tab.keyboard.press("Enter");
}

async function arrives(tab) {
  tab.setDefaultTimeout(LIMIT);
  tab.on("pageerror", (error) => errors.push(error));
  await tab.goto(`${server}/?language=en`);
}

const errors = [];
const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"];
const browser = await driver().chromium.launch({ executablePath, args });
try {
  const context = await browser.newContext({ locale: "en-GB" });
  const first = await context.newPage();
  await arrives(first);
  await first.getByRole("button", { name: "Open chat" }).click();
  await writes(first, "Where is my parcel?");
  await reads(first, "I'm happy to check.");
  const history = await bubbles(first);
  assert.equal(history.length, 3, JSON.stringify(history));
  assert.match(history[1], /I'm Gigi/);

  // A reload keeps the window open and brings the history back.
  await first.reload();
  await reads(first, "I'm happy to check.");
  assert.deepEqual(await bubbles(first), history);

  // A second tab is the same visitor; what is said there is seen here.
  const second = await context.newPage();
  await arrives(second);
  await second.getByRole("button", { name: "Open chat" }).click();
  await reads(second, "I'm happy to check.");
  assert.deepEqual(await bubbles(second), history);
  await writes(second, "990012345612345673");
  await reads(second, "Your shipment 990012345612345673");
  await reads(first, "Your shipment 990012345612345673");

  // The visitor asks for a person, who takes over and is seen to.
  await first.getByRole("button", { name: "Talk to a person" }).last().click();
  await reads(first, "I'm handing you over");
  const { waiting } = await call("/api/v1/queue");
  assert.equal(waiting.length, 1);
  const conversation = `/api/v1/conversations/${waiting[0].conversation.id}`;
  await call(`${conversation}/take`, { agent: "Camille" });
  await call(`${conversation}/answer`, { agent: "Camille", text: "Good morning, what can I do for you?" });
  for (const tab of [first, second]) {
    await reads(tab, "Good morning, what can I do for you?");
    assert.equal(await tab.locator(".who").textContent(), "Camille");
  }
  await writes(first, "It never arrived.");
  for (const tab of [first, second]) await reads(tab, "It never arrived.");
  const { messages } = await call(`${conversation}/messages`);
  assert.deepEqual(messages.at(-1).line.contents, [{ text: "It never arrived." }]);

  // In the end both tabs, and a new one, show the same.
  const whole = await bubbles(first);
  assert.deepEqual(await bubbles(second), whole);
  await second.reload();
  await reads(second, "It never arrived.");
  assert.deepEqual(await bubbles(second), whole);
  assert.deepEqual(errors, [], "errors on the page");
} finally {
  await browser.close();
}
