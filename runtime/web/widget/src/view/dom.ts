/**
 * Makes elements. Text always becomes a text node and nothing is ever parsed as HTML: that, and `safeAddress`, is why
 * nothing that a customer, a bot or an agent writes can run in the page.
 */

type Attribute = string | number | boolean | undefined | ((event: Event) => void);
export type Child = Node | string | undefined | false;

/** An element with attributes and children; a function is a listener by the event's name, false and undefined are left out. */
export function h<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Record<string, Attribute> = {},
  ...children: Child[]
): HTMLElementTagNameMap[T] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child !== undefined && child !== false) element.append(child);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A line icon on a grid of 24. */
export function icon(path: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const icons = {
  chat: "M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-6l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2Z",
  close: "M6 9.5l6 6 6-6",
  send: "M12 19V5M6 11l6-6 6 6",
  file: "M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8ZM14 3v5h5",
  place: "M12 21c4-4.5 7-8 7-11.5a7 7 0 0 0-14 0C5 13 8 16.5 12 21ZM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  out: "M9 6H6v12h12v-3M13 5h6v6M19 5l-9 9",
};

/** The address, if opening it can only lead to another page; relative ones are taken from `base`. */
export function safeAddress(address: string, base?: string): string | undefined {
  if (!URL.canParse(address, base)) return undefined;
  const url = new URL(address, base);
  return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
}

/** A link that opens beside the page and tells the other side nothing about it. */
export function link(address: string, attributes: Record<string, Attribute>, ...children: Child[]): HTMLAnchorElement {
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow", ...attributes }, ...children);
}
