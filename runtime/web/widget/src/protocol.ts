/**
 * What travels between the window and the `web-chat` plugin, and the reading of it. Contents are shaped like Sportello's
 * own vocabulary; whatever the window does not know becomes `unknown` instead of an error, so that a newer server never
 * breaks an older page.
 */

/** Who wrote a message. */
export type Author = { kind: "customer" } | { kind: "bot" } | { kind: "agent"; name: string };

/** A ready answer: one that is sent back, an address to open, or something to ask the browser for. */
export interface Option {
  id: string;
  title: string;
  description?: string;
  kind: "answer" | "link" | "ask-location" | "ask-phone";
  /** Of a `link`. */
  url?: string;
}

export interface Media {
  kind: string;
  url: string;
  mimeType?: string;
  fileName?: string;
  caption?: string;
}

export interface Place {
  /** Degrees, WGS 84. */
  latitude: number;
  longitude: number;
  name?: string;
  address?: string;
}

export interface ContactCard {
  name: string;
  phones: string[];
  emails: string[];
}

export type Content =
  | { type: "text"; text: string }
  | { type: "media"; media: Media }
  | { type: "location"; place: Place }
  | { type: "contacts"; cards: ContactCard[] }
  | { type: "choices"; prompt: string; options: Option[] }
  | { type: "selection"; id: string; title: string }
  | { type: "unknown" };

/** An event of the stream. Times are milliseconds since the Unix epoch, by the server's clock. */
export type StreamEvent =
  | { type: "message"; id: string; at: number; author: Author; contents: Content[]; client?: string; replyTo?: string }
  | { type: "amended"; of: string; contents: Content[] }
  | { type: "retracted"; of: string }
  | { type: "reaction"; of: string; emoji?: string }
  | { type: "typing"; author: Author }
  | { type: "seen"; of: string };

/** What the window sends for the customer. */
export type Outgoing =
  | { text: string }
  | { selection: { id: string; title: string } }
  | { location: { latitude: number; longitude: number } };

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const asText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const asTexts = (value: unknown): string[] => asList(value).filter((item) => typeof item === "string");

function readAuthor(value: unknown): Author {
  if (value === "customer") return { kind: "customer" };
  const name = isFields(value) ? asText(value["agent"]) : undefined;
  return name === undefined ? { kind: "bot" } : { kind: "agent", name };
}

function readOption(value: unknown): Option | undefined {
  if (!isFields(value)) return undefined;
  const id = asText(value["id"]);
  const title = asText(value["title"]);
  if (id === undefined || title === undefined) return undefined;
  const description = asText(value["description"]);
  const kind = value["kind"];
  const link = isFields(kind) ? asText(kind["link"]) : undefined;
  if (link !== undefined) return { id, title, description, kind: "link", url: link };
  return { id, title, description, kind: kind === "ask-location" || kind === "ask-phone" ? kind : "answer" };
}

function readMedia(value: Fields): Content {
  const url = asText(value["url"]);
  if (url === undefined) return { type: "unknown" };
  return {
    type: "media",
    media: {
      kind: asText(value["kind"]) ?? "document",
      url,
      mimeType: asText(value["mime-type"]),
      fileName: asText(value["file-name"]),
      caption: asText(value["caption"]),
    },
  };
}

function readPlace(value: Fields): Content {
  const { latitude, longitude } = value;
  if (typeof latitude !== "number" || typeof longitude !== "number") return { type: "unknown" };
  return { type: "location", place: { latitude, longitude, name: asText(value["name"]), address: asText(value["address"]) } };
}

function readCard(value: unknown): ContactCard {
  const card = isFields(value) ? value : {};
  return { name: asText(card["name"]) ?? "", phones: asTexts(card["phones"]), emails: asTexts(card["emails"]) };
}

/** Reads one content in the encoding of the stream: an object whose only member names its kind. */
export function readContent(value: unknown): Content {
  if (!isFields(value)) return { type: "unknown" };
  const { text, media, location, contacts, choices, selection } = value;
  if (typeof text === "string") return { type: "text", text };
  if (isFields(media)) return readMedia(media);
  if (isFields(location)) return readPlace(location);
  if (Array.isArray(contacts)) return { type: "contacts", cards: contacts.map(readCard) };
  if (isFields(choices)) {
    const options = asList(choices["options"]).map(readOption).filter((option) => option !== undefined);
    return { type: "choices", prompt: asText(choices["prompt"]) ?? "", options };
  }
  if (isFields(selection)) {
    return { type: "selection", id: asText(selection["id"]) ?? "", title: asText(selection["title"]) ?? "" };
  }
  return { type: "unknown" };
}

const readContents = (value: unknown): Content[] => asList(value).map(readContent);

/** Reads an event by its name and data; undefined for one that this window does not know. */
export function readEvent(name: string, data: string): StreamEvent | undefined {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  if (!isFields(value)) return undefined;
  if (name === "typing") return { type: "typing", author: readAuthor(value["author"]) };
  if (name === "message") {
    const id = asText(value["id"]);
    const at = value["at"];
    if (id === undefined || typeof at !== "number") return undefined;
    const author = readAuthor(value["author"]);
    const contents = readContents(value["contents"]);
    return { type: "message", id, at, author, contents, client: asText(value["client"]), replyTo: asText(value["reply-to"]) };
  }
  const of = asText(value["of"]);
  if (of === undefined) return undefined;
  switch (name) {
    case "amended":
      return { type: "amended", of, contents: readContents(value["contents"]) };
    case "retracted":
      return { type: "retracted", of };
    case "reaction":
      return { type: "reaction", of, emoji: asText(value["emoji"]) };
    case "seen":
      return { type: "seen", of };
    default:
      return undefined;
  }
}

/** What the customer's own message looks like before the stream brings it back. */
export function ownContent(outgoing: Outgoing): Content {
  if ("text" in outgoing) return { type: "text", text: outgoing.text };
  if ("selection" in outgoing) return { type: "selection", ...outgoing.selection };
  return { type: "location", place: outgoing.location };
}
