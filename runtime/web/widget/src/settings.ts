/**
 * What a page may say about its chat window, as attributes of the script tag. Everything has a default but the channel's
 * own, and a mistake in one attribute never keeps the window from opening.
 */
import { chooseLanguage, type Language } from "./words.ts";

export type Theme = "auto" | "light" | "dark";

export interface Settings {
  /** Public address of the channel's hook. */
  hook: string;
  language: Language;
  /** How dates and times are written: the language in the customer's country, where that is known. */
  locale: string;
  theme: Theme;
  /** Title of the window; the language's own where undefined. */
  title: string | undefined;
  /** Colour of the button and of the customer's messages, as #rrggbb. */
  accent: string | undefined;
  side: "left" | "right";
}

/**
 * Reads the attributes `data-channel`, `data-server`, `data-language`, `data-theme`, `data-title`, `data-accent` and
 * `data-side`. `pageLanguages` are tried after `data-language`: the page's own, then the browser's.
 */
export function readSettings(data: DOMStringMap, scriptAddress: string, pageLanguages: readonly string[]): Settings {
  const channel = encodeURIComponent(data["channel"] ?? "web-chat");
  const server = data["server"] === undefined ? scriptAddress : data["server"].replace(/\/*$/, "/");
  const { theme, accent } = data;
  const languages = [data["language"], ...pageLanguages];
  const language = chooseLanguage(languages);
  return {
    hook: new URL(`hooks/${channel}`, new URL(server, scriptAddress)).href,
    language,
    locale: languages.find((tag) => tag !== undefined && regional(tag, language)) ?? language,
    theme: theme === "light" || theme === "dark" ? theme : "auto",
    title: data["title"],
    accent: accent !== undefined && /^#[0-9a-f]{6}$/i.test(accent) ? accent : undefined,
    side: data["side"] === "left" ? "left" : "right",
  };
}

/** Whether the tag names this language as it is spoken somewhere: "de-CH". */
const regional = (tag: string, language: Language): boolean => new RegExp(`^${language}-[a-z]{2}$`, "i").test(tag);

/** Black or white, whichever is easier to read on the colour (WCAG 2 relative luminance). */
export function readableOn(colour: string): "#000" | "#fff" {
  const linear = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  const [red = 0, green = 0, blue = 0] = linear;
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  // Where the contrast with black equals that with white: (L + 0.05)² = 0.05 · 1.05.
  return luminance > 0.179 ? "#000" : "#fff";
}
