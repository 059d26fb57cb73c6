/**
 * Draws one message: its bubble, and below it the line that says when it was written and how far it has got. The line is
 * apart, so that "sent" does not make a screen reader read the whole message again.
 */
import { type Answered, type Message, isOwn } from "../conversation.ts";
import type { Author } from "../protocol.ts";
import type { Words } from "../words.ts";
import { drawContent, type Surroundings, summary } from "./contents.ts";
import { h } from "./dom.ts";

/** What a message looks like depends on its neighbours, too. */
export interface Place {
  /** The first of several by the same author: bears the author's name. */
  first: boolean;
  answered: Answered;
  /** The message that this one answers. */
  quoted: Message | undefined;
}

export interface Actions extends Surroundings {
  /** For dates and times. */
  locale: string;
  textLength: number;
  retry(key: string): void;
  discard(key: string): void;
}

export const nameOf = (author: Author, words: Words): string =>
  author.kind === "agent" ? author.name : author.kind === "bot" ? words.bot : words.you;

/** The message without its last line. */
export function drawBubble(message: Message, place: Place, actions: Actions): HTMLElement {
  const { words } = actions;
  const name = nameOf(message.author, words);
  // The own name is said to those who cannot see on which side it stands.
  const heading = h("span", { class: place.first && !isOwn(message) ? "name" : "hidden" }, name, h("span", { class: "hidden" }, ": "));
  const quoted = place.quoted && summary(place.quoted.contents, words);
  const contents = message.retracted
    ? [h("p", { class: "text faint" }, words.retracted)]
    : message.contents.map((content) => drawContent(content, actions, place.answered));
  return h(
    "div",
    { class: "bubble" },
    heading,
    quoted ? h("blockquote", {}, h("span", { class: "hidden" }, `${words.inReplyTo}: `), quoted) : undefined,
    ...contents,
    message.emoji !== undefined && h("span", { class: "emoji" }, message.emoji),
  );
}

/** The line below the bubble. */
export function drawFootnote(message: Message, actions: Actions): HTMLElement {
  const { words } = actions;
  if (message.delivery === "failed") {
    const again = h("button", { type: "button", click: () => actions.retry(message.key) }, words.retry);
    const discard = h("button", { type: "button", click: () => actions.discard(message.key) }, words.discard);
    return h("div", { class: "foot failed" }, h("span", {}, problem(message, actions)), message.problem === "offline" && again, discard);
  }
  const written = new Date(message.at);
  const clock = new Intl.DateTimeFormat(actions.locale, { hour: "2-digit", minute: "2-digit" }).format(written);
  const time = h("time", { datetime: written.toISOString() }, clock);
  const states = [message.edited && words.edited, isOwn(message) && message.delivery !== undefined && words[message.delivery]];
  const notes = states.filter((state) => typeof state === "string").map((state) => h("span", {}, ` · ${state}`));
  return h("div", { class: "foot" }, time, ...notes);
}

/** What to tell a customer whose message was not sent. */
export function problem(message: Message, { words, textLength }: Actions): string {
  if (message.problem === "too-long") return words.tooLong(textLength);
  return message.problem === "refused" ? words.refused : words.failed;
}
