/**
 * The entry: `<script src="…/widget.js" data-channel="web-chat"></script>` puts a chat window into the page, and
 * `window.sportello` lets the page open and close it.
 */
import { Api } from "./api.ts";
import { Chat } from "./chat.ts";
import { pause } from "./pause.ts";
import { readSettings } from "./settings.ts";
import { Storage } from "./storage.ts";
import { ChatWindow } from "./view/window.ts";

/** What a page may call. */
export interface Sportello {
  open(): void;
  close(): void;
}

declare global {
  interface Window {
    sportello?: Sportello;
  }
}

function begin(script: HTMLScriptElement): void {
  const languages = [document.documentElement.lang, ...navigator.languages];
  const settings = readSettings(script.dataset, script.src, languages);
  const storage = new Storage(settings.hook);
  const chat = new Chat(new Api(settings.hook), storage, settings.language, pause);
  const view = new ChatWindow(chat, storage, settings);
  document.body.append(view.host);
  view.draw();
  if (storage.open) view.show();
  // Who has written before may have an answer waiting; nobody else makes a request before opening the window.
  else if (chat.known) chat.start();
  document.addEventListener("visibilitychange", () => {
    chat.visible(document.visibilityState === "visible");
    view.draw();
  });
  window.sportello = { open: () => view.open(), close: () => view.close() };
}

const script = document.currentScript;
if (script instanceof HTMLScriptElement && !window.sportello) {
  if (document.body) begin(script);
  else addEventListener("DOMContentLoaded", () => begin(script));
}
