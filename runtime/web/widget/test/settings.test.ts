/** What a page can set, and the words of the window. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readableOn, readSettings } from "../src/settings.ts";
import { chooseLanguage, wordsIn } from "../src/words.ts";

const SCRIPT = "https://bot.example/chat/widget.js";

test("everything has a default", () => {
  assert.deepEqual(readSettings({}, SCRIPT, ["rm-CH", "it-CH"]), {
    hook: "https://bot.example/chat/hooks/web-chat",
    language: "it",
    locale: "it-CH",
    theme: "auto",
    title: undefined,
    accent: undefined,
    side: "right",
  });
});

test("the page's wishes are followed", () => {
  const data = { channel: "shop chat", server: "https://other.example/base", language: "de-CH", theme: "dark", accent: "#FFCC00", side: "left", title: "Post" };
  const settings = readSettings(data, SCRIPT, ["en"]);
  assert.equal(settings.hook, "https://other.example/base/hooks/shop%20chat");
  assert.deepEqual([settings.language, settings.theme, settings.accent, settings.side, settings.title], ["de", "dark", "#FFCC00", "left", "Post"]);
});

test("dates are written as in the customer's country, if that speaks the window's language", () => {
  assert.equal(readSettings({ language: "fr" }, SCRIPT, ["de-CH", "fr-CH"]).locale, "fr-CH");
  assert.equal(readSettings({ language: "fr" }, SCRIPT, ["de-CH"]).locale, "fr");
});

test("a mistake in one attribute falls back to the default", () => {
  const settings = readSettings({ theme: "purple", accent: "red;}", side: "top", language: "xx" }, SCRIPT, []);
  assert.deepEqual([settings.theme, settings.accent, settings.side, settings.language], ["auto", undefined, "right", "en"]);
});

test("the language is the first that the window speaks", () => {
  assert.equal(chooseLanguage([undefined, "", "es", "fr_CA", "de"]), "fr");
  assert.equal(chooseLanguage(["constructor", "__proto__"]), "en");
});

test("no language lacks a word, and none was left in another language's table", () => {
  const [de, en, fr, it] = (["de", "en", "fr", "it"] as const).map(wordsIn);
  for (const words of [de, en, fr, it]) {
    for (const [key, word] of Object.entries(words ?? {})) {
      const said = typeof word === "function" ? (word as (value: never) => string)(3 as never) : word;
      assert.notEqual(said.trim(), "", key);
    }
  }
  assert.equal(new Set([de, en, fr, it].map((words) => words?.placeholder)).size, 4);
});

test("text on the accent colour is the readable one", () => {
  assert.equal(readableOn("#ffcc00"), "#000");
  assert.equal(readableOn("#1f3a5f"), "#fff");
  assert.equal(readableOn("#777777"), "#000");
});
