/**
 * Where the customer writes. Enter sends and Shift with Enter breaks the line, except while an input method is still
 * composing a character.
 */
import type { Words } from "../words.ts";
import { h, icon, icons } from "./dom.ts";

export interface Writing {
  words: Words;
  send(text: string): void;
  /** The draft changed. */
  writes(text: string): void;
}

/** Characters before the limit from which on the rest is counted down. */
const WARN = 200;

export class Composer {
  readonly element: HTMLFormElement;
  private readonly input: HTMLTextAreaElement;
  private readonly button: HTMLButtonElement;
  private readonly counter: HTMLElement;
  private readonly writing: Writing;
  private limit = Number.POSITIVE_INFINITY;

  constructor(writing: Writing, draft: string) {
    this.writing = writing;
    const { words } = writing;
    this.input = h("textarea", {
      rows: 1,
      "aria-label": words.input,
      placeholder: words.placeholder,
      enterkeyhint: "send",
      autocomplete: "off",
      input: () => this.written(),
    });
    this.input.value = draft;
    this.input.addEventListener("keydown", (event) => {
      // Safari reports the key that ends a composition as 229.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.submit();
    });
    this.button = h("button", { type: "submit", class: "send", "aria-label": words.send, title: words.send }, icon(icons.send));
    this.counter = h("p", { class: "counter", role: "status" });
    const submit = (event: Event): void => {
      event.preventDefault();
      this.submit();
    };
    this.element = h("form", { class: "composer", submit }, this.counter, h("div", { class: "field" }, this.input, this.button));
    this.measure();
  }

  focus(): void {
    this.input.focus();
  }

  /** It is visible now, and so has a height. */
  shown(): void {
    this.measure();
  }

  /** Asks for a phone number: the keyboard of digits, until something was sent. */
  askPhone(): void {
    this.input.inputMode = "tel";
    this.input.placeholder = this.writing.words.phonePlaceholder;
    this.focus();
  }

  /** The longest text that can be sent, in characters. */
  set textLength(limit: number) {
    if (limit === this.limit) return;
    this.limit = limit;
    this.measure();
  }

  private get left(): number {
    return this.limit - [...this.input.value.trim()].length;
  }

  private written(): void {
    this.measure();
    this.writing.writes(this.input.value);
  }

  private submit(): void {
    const text = this.input.value.trim();
    if (text === "" || this.left < 0) return;
    this.input.value = "";
    this.input.inputMode = "";
    this.input.placeholder = this.writing.words.placeholder;
    this.measure();
    this.writing.send(text);
    this.focus();
  }

  private measure(): void {
    // Its own height first, or it would never shrink.
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
    this.counter.textContent = this.left < WARN ? this.writing.words.left(this.left) : "";
    this.counter.classList.toggle("over", this.left < 0);
    this.button.disabled = this.input.value.trim() === "" || this.left < 0;
  }
}
