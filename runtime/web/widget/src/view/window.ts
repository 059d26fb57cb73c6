/**
 * The button in the corner and the window that it opens, in a shadow root, so that neither the page's style nor the
 * window's reaches the other.
 */
import type { Chat } from "../chat.ts";
import type { Option } from "../protocol.ts";
import { readableOn, type Settings } from "../settings.ts";
import type { Storage } from "../storage.ts";
import styles from "../style.css";
import { type Words, wordsIn } from "../words.ts";
import { Composer } from "./composer.ts";
import { selectionOf } from "./contents.ts";
import { h, icon, icons } from "./dom.ts";
import { Log } from "./log.ts";
import { type Actions, nameOf, problem } from "./message.ts";

export class ChatWindow {
  /** What goes into the page. */
  readonly host: HTMLElement;
  private readonly chat: Chat;
  private readonly storage: Storage;
  private readonly words: Words;
  private readonly settings: Settings;
  private readonly actions: Actions;
  private readonly root: ShadowRoot;
  private readonly log: Log;
  private readonly composer: Composer;
  private readonly launcher: HTMLButtonElement;
  private readonly badge = h("span", { class: "badge", hidden: true });
  private readonly who = h("p", { class: "who" });
  private readonly line = h("p", { class: "line", role: "status" });
  private readonly alert = h("p", { class: "hidden", role: "alert" });
  private readonly panel: HTMLElement;
  /** What the customer has to know until they write again. */
  private notice = "";
  private drawing = false;
  private isOpen = false;

  constructor(chat: Chat, storage: Storage, settings: Settings) {
    this.chat = chat;
    this.storage = storage;
    this.settings = settings;
    this.words = wordsIn(settings.language);
    const { words } = this;
    this.actions = {
      words,
      locale: settings.locale,
      base: settings.hook,
      textLength: chat.textLength,
      take: (option) => this.take(option),
      retry: (key) => chat.retry(key),
      discard: (key) => chat.discard(key),
    };
    this.log = new Log(this.actions);
    this.composer = new Composer({ words, send: (text) => this.send(text), writes: (text) => this.writes(text) }, storage.draft);
    const close = h("button", { type: "button", class: "close", "aria-label": words.close, title: words.close, click: () => this.close() }, icon(icons.close));
    const title = h("h2", { id: "title" }, settings.title ?? words.title);
    this.panel = h(
      "section",
      { class: "window", id: "window", role: "dialog", "aria-labelledby": "title", hidden: true },
      h("header", {}, h("div", {}, title, this.who), close),
      this.line,
      h("p", { class: "greeting" }, words.greeting),
      this.log.element,
      this.composer.element,
      this.alert,
    );
    this.launcher = h(
      "button",
      { type: "button", class: "launcher", "aria-expanded": "false", "aria-controls": "window", click: () => this.toggle() },
      icon(icons.chat),
      this.badge,
    );
    this.host = h("div", { "data-sportello": "", lang: settings.language });
    this.root = this.host.attachShadow({ mode: "open" });
    this.root.append(h("div", { class: "root", "data-theme": settings.theme, "data-side": settings.side }, this.panel, this.launcher));
    this.dress();
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.stopPropagation();
      this.close();
    });
    chat.changed = () => this.redraw();
  }

  /** Opens the window and puts the cursor into it. */
  open(): void {
    this.show();
    this.composer.focus();
  }

  /** Closes the window; the button takes the keyboard back. */
  close(): void {
    if (!this.isOpen) return;
    this.isOpen = this.storage.open = false;
    this.panel.hidden = true;
    this.launcher.setAttribute("aria-expanded", "false");
    this.draw();
    this.launcher.focus();
  }

  /** Opens the window without taking the keyboard from the page: after a reload. */
  show(): void {
    if (this.isOpen) return;
    this.isOpen = this.storage.open = true;
    this.panel.hidden = false;
    this.composer.shown();
    this.launcher.setAttribute("aria-expanded", "true");
    this.chat.start();
    this.draw();
    this.log.toEnd();
  }

  /** Draws what the chat knows now. */
  draw(): void {
    const { chat, words } = this;
    this.actions.textLength = chat.textLength;
    this.composer.textLength = chat.textLength;
    if (!chat.settling) this.log.announce();
    this.log.draw(chat.conversation.messages, chat.typing);
    this.panel.classList.toggle("empty", chat.conversation.messages.length === 0);
    const speaker = chat.conversation.speaker;
    setText(this.who, speaker ? nameOf(speaker, words) : words.bot);
    this.who.classList.toggle("person", speaker?.kind === "agent");
    const lines = { connecting: chat.settling ? words.connecting : "", broken: words.broken, open: "", closed: "" };
    setText(this.line, lines[chat.connection] || this.notice);
    const failed = chat.conversation.messages.findLast(({ delivery }) => delivery === "failed");
    setText(this.alert, failed ? problem(failed, this.actions) : "");
    if (this.isOpen && document.visibilityState === "visible") chat.read();
    this.drawBadge();
  }

  private drawBadge(): void {
    const unread = this.isOpen ? 0 : this.chat.unread;
    setText(this.badge, unread > 9 ? "9+" : String(unread));
    this.badge.toggleAttribute("hidden", unread === 0);
    const label = this.isOpen ? this.words.close : this.words.open;
    this.launcher.setAttribute("aria-label", unread > 0 ? `${label}, ${this.words.unread(unread)}` : label);
  }

  private toggle(): void {
    if (this.isOpen) this.close();
    else this.open();
  }

  /** Once a frame is enough, however much history arrives; a hidden tab has no frames and gets a timer. */
  private redraw(): void {
    if (this.drawing) return;
    this.drawing = true;
    const draw = (): void => {
      this.drawing = false;
      this.draw();
    };
    if (document.visibilityState === "visible") requestAnimationFrame(draw);
    else setTimeout(draw, 100);
  }

  private send(text: string): void {
    this.storage.draft = this.notice = "";
    this.chat.send({ text });
  }

  private writes(text: string): void {
    this.storage.draft = text;
    if (text !== "") this.chat.writes();
  }

  private take(option: Option): void {
    const outgoing = selectionOf(option);
    if (outgoing) this.chat.send(outgoing);
    else if (option.kind === "ask-phone") this.composer.askPhone();
    else this.sendPlace();
  }

  private sendPlace(): void {
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude } }) => this.chat.send({ location: { latitude, longitude } }),
      () => {
        this.notice = this.words.placeDenied;
        this.draw();
        this.composer.focus();
      },
    );
  }

  private dress(): void {
    const { accent } = this.settings;
    if (accent !== undefined) {
      this.host.style.setProperty("--sportello-accent", accent);
      this.host.style.setProperty("--sportello-on-accent", readableOn(accent));
    }
    // A constructed sheet, where there is one, passes pages whose policy forbids inline styles.
    if (this.root.adoptedStyleSheets) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(styles);
      this.root.adoptedStyleSheets = [sheet];
    } else this.root.append(h("style", {}, styles));
  }
}

/** Only a text that changed is set: a live region announces each setting. */
function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
