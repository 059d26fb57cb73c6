/**
 * The three pieces of markup that a text may carry: `*bold*`, `_italic_` and bare links. Everything else is text.
 */
import { h, link } from "./dom.ts";

export type Span =
  | { kind: "text"; text: string }
  | { kind: "link"; text: string; address: string }
  | { kind: "bold" | "italic"; spans: Span[] };

/** A mark counts at the edge of a word, so that `2*3*4` and `snake_case_name` stay as they are. */
const MARKED =
  /(?<![\p{L}\p{N}*_])(?:\*(?=\S)(?<bold>[^*\n]*\S)\*|_(?=\S)(?<italic>[^_\n]*\S)_)(?![\p{L}\p{N}*_])|(?<address>https?:\/\/[^\s<>"]+)/u;
/** Punctuation that ends the sentence around a link and not the link. */
const TRAILING = /[.,;:!?'"»”’*_]+$/;

/** Splits a text into what is to be shown how. */
export function parseMarkup(text: string): Span[] {
  const spans: Span[] = [];
  let rest = text;
  for (let match = MARKED.exec(rest); match; match = MARKED.exec(rest)) {
    const { bold, italic, address } = match.groups ?? {};
    let taken = match[0].length;
    if (match.index > 0) spans.push({ kind: "text", text: rest.slice(0, match.index) });
    if (bold !== undefined) spans.push({ kind: "bold", spans: parseMarkup(bold) });
    else if (italic !== undefined) spans.push({ kind: "italic", spans: parseMarkup(italic) });
    else if (address !== undefined) {
      const bare = withoutTrailing(address);
      taken = bare.length;
      spans.push(URL.canParse(bare) ? { kind: "link", text: bare, address: bare } : { kind: "text", text: bare });
    }
    rest = rest.slice(match.index + taken);
  }
  if (rest !== "") spans.push({ kind: "text", text: rest });
  return spans;
}

/** Takes off closing punctuation, and a closing bracket that was never opened inside. */
function withoutTrailing(address: string): string {
  const bare = address.replace(TRAILING, "");
  const unopened = bare.endsWith(")") && bare.split("(").length < bare.split(")").length;
  return unopened ? withoutTrailing(bare.slice(0, -1)) : bare;
}

/** The text as nodes; line breaks are kept by the style sheet. */
export function markup(text: string): Node[] {
  return parseMarkup(text).map(node);
}

function node(span: Span): Node {
  switch (span.kind) {
    case "text":
      return document.createTextNode(span.text);
    case "link":
      return link(span.address, {}, span.text);
    case "bold":
      return h("strong", {}, ...span.spans.map(node));
    case "italic":
      return h("em", {}, ...span.spans.map(node));
  }
}
