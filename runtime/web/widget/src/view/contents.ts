/**
 * Draws one content of a message. Choices are buttons here; which of them may still be pressed is the caller's affair.
 */
import type { Answered } from "../conversation.ts";
import type { ContactCard, Content, Media, Option, Outgoing, Place } from "../protocol.ts";
import type { Words } from "../words.ts";
import { h, icon, icons, link, safeAddress } from "./dom.ts";
import { markup } from "./markup.ts";

/** What drawing needs to know, and what the drawn can set off. */
export interface Surroundings {
  words: Words;
  /** What relative addresses of files are taken from. */
  base: string;
  /** The customer pressed an option. */
  take(option: Option): void;
}

export function drawContent(content: Content, around: Surroundings, answered: Answered): HTMLElement {
  switch (content.type) {
    case "text":
      return h("p", { class: "text" }, ...markup(content.text));
    case "selection":
      return h("p", { class: "text" }, content.title);
    case "media":
      return drawMedia(content.media, around);
    case "location":
      return drawPlace(content.place, around);
    case "contacts":
      return h("div", { class: "cards" }, ...content.cards.map(drawCard));
    case "choices":
      return drawChoices(content.prompt, content.options, around, answered);
    case "unknown":
      return h("p", { class: "text faint" }, around.words.unknown);
  }
}

function drawMedia(media: Media, { words, base }: Surroundings): HTMLElement {
  const address = safeAddress(media.url, base);
  if (address === undefined) return h("p", { class: "text faint" }, words.unknown);
  const caption = media.caption === undefined ? undefined : h("figcaption", { class: "text" }, ...markup(media.caption));
  return h("figure", { class: "media" }, mediaElement(media, address, words), caption);
}

function mediaElement(media: Media, address: string, words: Words): HTMLElement {
  switch (media.kind) {
    case "image":
    case "sticker": {
      const alt = media.caption ?? media.fileName ?? words.image;
      const image = h("img", { src: address, alt, loading: "lazy", referrerpolicy: "no-referrer" });
      const anchor = link(address, { class: "picture" }, image);
      image.addEventListener("error", () => anchor.replaceWith(fileLink(media, address, words)));
      return anchor;
    }
    case "audio":
    case "voice":
      return h("audio", { src: address, controls: true, preload: "metadata" });
    case "video":
      return h("video", { src: address, controls: true, preload: "metadata", playsinline: true });
    default:
      return fileLink(media, address, words);
  }
}

function fileLink(media: Media, address: string, words: Words): HTMLElement {
  return link(address, { class: "tile" }, icon(icons.file), h("span", {}, media.fileName ?? words.file));
}

function drawPlace(place: Place, { words }: Surroundings): HTMLElement {
  const [latitude, longitude] = [place.latitude.toFixed(6), place.longitude.toFixed(6)];
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  const title = h("span", {}, place.name ?? words.place);
  const address = h("small", {}, place.address ?? `${place.latitude.toFixed(4)}, ${place.longitude.toFixed(4)}`);
  return link(map, { class: "tile" }, icon(icons.place), h("span", { class: "lines" }, title, address));
}

function drawCard(card: ContactCard): HTMLElement {
  const phones = card.phones.map((phone) => h("a", { href: `tel:${phone.replace(/[^\d+]/g, "")}` }, phone));
  const emails = card.emails.map((email) => h("a", { href: `mailto:${encodeURIComponent(email)}` }, email));
  return h("div", { class: "card" }, h("strong", {}, card.name), ...phones, ...emails);
}

function drawChoices(prompt: string, options: Option[], around: Surroundings, answered: Answered): HTMLElement {
  const group = { class: "options", role: "group", "aria-label": prompt || around.words.options };
  return h(
    "div",
    {},
    prompt !== "" && h("p", { class: "text" }, ...markup(prompt)),
    h("div", group, ...options.map((option) => drawOption(option, around, answered))),
  );
}

function drawOption(option: Option, { words, base, take }: Surroundings, answered: Answered): HTMLElement {
  const title = h("span", {}, option.title);
  const description = option.description !== undefined && h("small", {}, option.description);
  const lines = h("span", { class: "lines" }, title, description);
  if (option.kind === "link") {
    const address = safeAddress(option.url ?? "", base);
    const hint = h("span", { class: "hidden" }, ` (${words.opensInNewTab})`);
    return address === undefined ? h("span", { class: "option" }, lines) : link(address, { class: "option" }, lines, hint, icon(icons.out));
  }
  const chosen = answered.chosen === option.id;
  const button = h(
    "button",
    { type: "button", class: chosen ? "option chosen" : "option", disabled: answered.closed, click: () => take(option) },
    lines,
    chosen && h("span", { class: "hidden" }, ` (${words.chosen})`),
  );
  if (option.kind === "ask-location") button.append(icon(icons.place));
  return button;
}

/** What pressing an option sends; undefined for those that ask for something first. */
export const selectionOf = ({ id, title, kind }: Option): Outgoing | undefined =>
  kind === "answer" ? { selection: { id, title } } : undefined;

/** A content in a few words, for quotations. */
export function summary(contents: readonly Content[], words: Words): string {
  for (const content of contents) {
    if (content.type === "text") return content.text;
    if (content.type === "selection") return content.title;
    if (content.type === "choices") return content.prompt;
    if (content.type === "media") return content.media.caption ?? content.media.fileName ?? words.file;
    if (content.type === "location") return content.place.name ?? words.place;
  }
  return "";
}
