/**
 * A small server that speaks the window's side of the `web-chat` protocol from memory, and fails on command. It stands
 * in for the plugin and its host, so that the window can be tried in a browser alone.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Published {
  name: string;
  data: Record<string, unknown>;
}

export interface Received {
  id: string;
  language: string;
  text?: string;
  selection?: { id: string; title: string };
}

export class MockServer {
  /** Attributes of the page's script tag. */
  attributes = "";
  /** Further markup of the page. */
  body = "";
  /** While set, every message gets this status. */
  failing: number | undefined;
  /** Tokens that are no longer accepted. */
  readonly revoked = new Set<string>();
  readonly received: Received[] = [];
  typings = 0;
  /** Called with each message that is new. */
  answer: (message: Received) => void = () => {};

  private readonly published: Published[] = [];
  private readonly listeners = new Set<ServerResponse>();
  private readonly known = new Set<string>();
  private visitors = 0;
  private readonly server = createServer((request, response) => void this.serve(request, response));

  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(port, "127.0.0.1", resolve));
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Breaks every open stream. */
  cut(): void {
    for (const listener of this.listeners) listener.destroy();
    this.listeners.clear();
  }

  /** Streams that are open. */
  get streams(): number {
    return this.listeners.size;
  }

  publish(name: string, data: Record<string, unknown>): void {
    const number = this.published.push({ name, data });
    for (const listener of this.listeners) listener.write(frame(number, { name, data }));
  }

  /** Says something as the bot or, with a name, as a person. */
  say(contents: unknown[], name?: string, at = Date.now()): string {
    const id = `d${this.published.length + 1}`;
    this.publish("message", { id, at, author: name === undefined ? "bot" : { agent: name }, contents });
    return id;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://x").pathname;
    if (path === "/") return void response.setHeader("content-type", "text/html; charset=utf-8").end(this.page());
    if (path === "/widget.js") return void response.setHeader("content-type", "text/javascript").end(await readFile("dist/widget.js"));
    if (path === "/picture.svg") return void response.setHeader("content-type", "image/svg+xml").end(PICTURE);
    const token = request.headers.authorization?.replace("Bearer ", "");
    const authorised = token !== undefined && !this.revoked.has(token);
    if (path === "/hooks/web-chat/session") {
      const fresh = (): string => createHash("sha256").update(`${(this.visitors += 1)}`).digest("hex").slice(0, 8);
      return json(response, 200, { token: authorised ? token : `${fresh()}.1.mac`, "text-length": 300 });
    }
    if (!authorised) return json(response, 401, { error: "unauthorised" });
    if (path === "/hooks/web-chat/stream") return this.stream(request, response);
    if (path === "/hooks/web-chat/typing") this.typings += 1;
    if (path === "/hooks/web-chat/messages") return this.take(token, await body(request), response);
    json(response, 200, {});
  }

  private take(token: string, message: Received, response: ServerResponse): void {
    if (this.failing !== undefined) return json(response, this.failing, {});
    const id = `${token.split(".")[0]}:${message.id}`;
    const at = Date.now();
    json(response, 200, { id, at });
    if (this.known.has(id)) return;
    this.known.add(id);
    this.received.push(message);
    const content = message.selection ? { selection: message.selection } : { text: message.text };
    this.publish("message", { id, at, author: "customer", client: message.id, contents: [content] });
    this.answer(message);
  }

  private stream(request: IncomingMessage, response: ServerResponse): void {
    const after = Number(request.headers["last-event-id"] ?? 0);
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write("retry: 50\n\n");
    this.published.slice(after).forEach((event, index) => response.write(frame(after + index + 1, event)));
    this.listeners.add(response);
    response.on("close", () => this.listeners.delete(response));
  }

  private page(): string {
    return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <title>Page</title><link rel="icon" href="data:,"><style>* { color: red; font-family: serif } div { display: none }</style>
      <body><a href="#x">first</a>${this.body}<script src="/widget.js" data-channel="web-chat" ${this.attributes}></script></body></html>`;
  }
}

const frame = (number: number, { name, data }: Published): string => `id: ${number}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

async function body(request: IncomingMessage): Promise<Received> {
  let text = "";
  for await (const piece of request) text += String(piece);
  return JSON.parse(text) as Received;
}

const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="180"><rect width="320" height="180" fill="#dbe5ee"/><path d="M0 180 90 70l60 60 70-90 100 140z" fill="#8aa4bc"/></svg>';
