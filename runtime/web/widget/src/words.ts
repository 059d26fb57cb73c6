/**
 * What the window says by itself, in its four languages. One table a language in `words/`; the compiler sees to it that
 * none lacks a word.
 */
import { de } from "./words/de.ts";
import { en } from "./words/en.ts";
import { fr } from "./words/fr.ts";
import { it } from "./words/it.ts";

export interface Words {
  title: string;
  /** Label of the button that opens the window. */
  open: string;
  close: string;
  unread: (count: number) => string;
  log: string;
  greeting: string;
  input: string;
  placeholder: string;
  phonePlaceholder: string;
  send: string;
  left: (characters: number) => string;
  bot: string;
  you: string;
  tookOver: (name: string) => string;
  typing: (name: string) => string;
  sending: string;
  sent: string;
  seen: string;
  failed: string;
  tooLong: (limit: number) => string;
  refused: string;
  retry: string;
  discard: string;
  connecting: string;
  broken: string;
  newMessages: string;
  edited: string;
  retracted: string;
  inReplyTo: string;
  options: string;
  chosen: string;
  opensInNewTab: string;
  image: string;
  file: string;
  place: string;
  myPlace: string;
  placeDenied: string;
  unknown: string;
}

const tables = { de, en, fr, it };
export type Language = keyof typeof tables;

/** The first of the given BCP 47 tags that the window speaks; English where it speaks none. */
export function chooseLanguage(wanted: readonly (string | null | undefined)[]): Language {
  for (const tag of wanted) {
    const primary = tag?.toLowerCase().split(/[-_]/)[0];
    if (primary !== undefined && Object.hasOwn(tables, primary)) return primary as Language;
  }
  return "en";
}

export const wordsIn = (language: Language): Words => tables[language];
