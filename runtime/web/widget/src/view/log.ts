/**
 * The list of messages. Draws again only what changed, keeps the place of a reader who scrolled up, and lets a screen
 * reader announce what is new but not the history.
 */
import { answered, isOwn, type Message } from "../conversation.ts";
import type { Author } from "../protocol.ts";
import { nameOf, type Actions, drawBubble, drawFootnote, type Place } from "./message.ts";
import { h } from "./dom.ts";

interface Row {
  message: Message;
  /** Everything but the message itself that its looks depend on. */
  place: string;
  element: HTMLElement;
  bubble: HTMLElement;
  foot: HTMLElement;
}

/** Pixels from the end within which the list follows new messages. */
const NEAR = 80;

export class Log {
  readonly element: HTMLElement;
  private readonly scroller: HTMLElement;
  private readonly list: HTMLElement;
  private readonly jump: HTMLElement;
  private readonly typing: HTMLElement;
  private readonly actions: Actions;
  /** The reader is at the end, and new messages move the list. */
  private follows = true;
  private top = 0;
  private readonly rows = new Map<string, Row>();
  private readonly marks = new Map<string, HTMLElement>();

  constructor(actions: Actions) {
    this.actions = actions;
    const { words } = actions;
    this.list = h("div", { class: "list", role: "log", "aria-live": "off", "aria-relevant": "additions", "aria-label": words.log });
    this.typing = h("div", { class: "typing", role: "status" });
    // Focusable, so that the keyboard can scroll it.
    this.scroller = h("div", { class: "scroller", tabindex: 0, role: "group", "aria-label": words.log }, this.list, this.typing);
    this.jump = h("button", { type: "button", class: "jump", hidden: true, click: () => this.toEnd() }, words.newMessages);
    this.element = h("div", { class: "log" }, this.scroller, this.jump);
    this.scroller.addEventListener("scroll", () => this.scrolled());
    // A picture that has loaded, the phone's keyboard, a longer draft: who was at the end stays there.
    const sizes = new ResizeObserver(() => this.follows && this.toEnd());
    sizes.observe(this.list);
    sizes.observe(this.scroller);
  }

  /** From now on additions are announced. */
  announce(): void {
    this.list.setAttribute("aria-live", "polite");
  }

  draw(messages: readonly Message[], typing: Author | undefined): void {
    const newest = messages.at(-1);
    const isNew = newest !== undefined && !this.rows.has(newest.key);
    this.drawRows(messages);
    this.drawTyping(typing);
    if (this.follows || (isNew && isOwn(newest))) this.toEnd();
    else if (isNew) this.jump.removeAttribute("hidden");
  }

  /** Scrolls to the newest message. */
  toEnd(): void {
    this.follows = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.jump.setAttribute("hidden", "");
  }

  /** Only a reader who goes up leaves the end: that the end went further down is no wish of theirs. */
  private scrolled(): void {
    const { scrollTop } = this.scroller;
    if (this.near()) this.follows = true;
    else if (scrollTop < this.top) this.follows = false;
    this.top = scrollTop;
    if (this.follows) this.jump.setAttribute("hidden", "");
  }

  private near(): boolean {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  private drawTyping(author: Author | undefined): void {
    const text = author ? this.actions.words.typing(nameOf(author, this.actions.words)) : "";
    if (this.typing.textContent === text) return;
    const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
    this.typing.replaceChildren(...(text === "" ? [] : [dots, h("span", { class: "hidden" }, text)]));
  }

  private drawRows(messages: readonly Message[]): void {
    const wanted: HTMLElement[] = [];
    let before: Message | undefined;
    let speaker: Author | undefined;
    messages.forEach((message, index) => {
      if (before === undefined || !sameDay(before.at, message.at)) wanted.push(this.dayMark(message.at));
      if (speaker && takesOver(speaker, message.author)) wanted.push(this.takeOverMark(message));
      wanted.push(this.row(message, this.placeOf(messages, index, before)).element);
      before = message;
      if (!isOwn(message)) speaker = message.author;
    });
    const keys = new Set(messages.map(({ key }) => key));
    for (const key of this.rows.keys()) if (!keys.has(key)) this.rows.delete(key);
    arrange(this.list, wanted);
  }

  private placeOf(messages: readonly Message[], index: number, before: Message | undefined): Place {
    const message = messages[index] as Message;
    const options = message.contents.flatMap((content) => (content.type === "choices" ? content.options : []));
    return {
      first: !before || nameKey(before.author) !== nameKey(message.author) || !sameDay(before.at, message.at),
      answered: options.length > 0 ? answered(messages, index, options) : { closed: false },
      quoted: message.replyTo === undefined ? undefined : messages.find(({ id }) => id === message.replyTo),
    };
  }

  private row(message: Message, place: Place): Row {
    const { chosen, closed } = place.answered;
    const looks = [place.first, chosen, closed, place.quoted?.key].join("\n");
    const known = this.rows.get(message.key);
    if (known?.message === message && known.place === looks) return known;
    const row = known ?? this.newRow(message);
    if (!known || known.place !== looks || !sameBubble(known.message, message)) {
      const bubble = drawBubble(message, place, this.actions);
      const focused = row.bubble.contains(activeIn(row.bubble));
      row.bubble.replaceWith(bubble);
      row.bubble = bubble;
      // The pressed button is gone: the keyboard stays with the conversation.
      if (focused) this.scroller.focus();
    }
    const foot = drawFootnote(message, this.actions);
    row.foot.replaceWith(foot);
    Object.assign(row, { message, place: looks, foot });
    row.element.className = `row ${message.author.kind}${place.first ? " first" : ""}${message.delivery ? ` ${message.delivery}` : ""}`;
    return row;
  }

  private newRow(message: Message): Row {
    const [bubble, foot] = [h("div"), h("div")];
    const row = { message, place: "", element: h("div", {}, bubble, foot), bubble, foot };
    this.rows.set(message.key, row);
    return row;
  }

  private dayMark(at: number): HTMLElement {
    const day = new Date(at).toDateString();
    return this.mark(day, () => new Intl.DateTimeFormat(this.actions.locale, { weekday: "long", day: "numeric", month: "long" }).format(at));
  }

  private takeOverMark(message: Message): HTMLElement {
    return this.mark(message.key, () => this.actions.words.tookOver(nameOf(message.author, this.actions.words)));
  }

  private mark(key: string, text: () => string): HTMLElement {
    const known = this.marks.get(key);
    if (known) return known;
    const mark = h("p", { class: "mark" }, text());
    this.marks.set(key, mark);
    return mark;
  }
}

const nameKey = (author: Author): string => (author.kind === "agent" ? `agent ${author.name}` : author.kind);
const sameDay = (a: number, b: number): boolean => new Date(a).toDateString() === new Date(b).toDateString();
const activeIn = (element: Element): Element | null => (element.getRootNode() as Document | ShadowRoot).activeElement ?? null;
const sameBubble = (a: Message, b: Message): boolean =>
  a.contents === b.contents && a.retracted === b.retracted && a.emoji === b.emoji && a.author.kind === b.author.kind;

/** A person speaks after the bot or another person. */
const takesOver = (before: Author, now: Author): boolean => now.kind === "agent" && nameKey(before) !== nameKey(now);

/** Makes `wanted` the children of `parent`, moving only what stands elsewhere: a moved element loses focus and scroll. */
function arrange(parent: HTMLElement, wanted: HTMLElement[]): void {
  const kept = new Set<Element>(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  wanted.forEach((element, index) => {
    const there = parent.children[index];
    if (there !== element) parent.insertBefore(element, there ?? null);
  });
}
