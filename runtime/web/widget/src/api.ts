/**
 * The requests of the window to its channel's hook, each ended in one of the few outcomes that matter to a customer.
 */
import type { Letter } from "./outbox.ts";

export interface Session {
  token: string;
  /** Longest text that the server takes, in characters (code points). */
  textLength: number;
  /** Milliseconds by which the server's clock is ahead of this browser's. */
  ahead: number;
}

/** What became of a message: taken, refused for good, not let in, or worth another try. */
export type Posted =
  | { kind: "taken"; id: string; at: number }
  | { kind: "too-long" }
  | { kind: "refused" }
  | { kind: "unauthorised" }
  | { kind: "unreachable" };

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Milliseconds after which an unanswered request counts as lost. */
const PATIENCE = 20_000;

/** The visitor that a token speaks for: its first part. */
export const visitorOf = (token: string): string => token.split(".", 1)[0] ?? "";

export class Api {
  private readonly hook: string;
  private readonly fetch: Fetch;

  /** `hook`: the public address of the channel, such as `https://bot.example/hooks/web-chat`. */
  constructor(hook: string, fetch: Fetch = (url, init) => globalThis.fetch(url, init)) {
    this.hook = hook;
    this.fetch = fetch;
  }

  /** Confirms or renews the token, or makes a new visitor; undefined where the server cannot be reached. */
  async session(token?: string): Promise<Session | undefined> {
    const asked = Date.now();
    const response = await this.post("session", token, {});
    const body = response?.ok ? await read(response) : undefined;
    if (typeof body?.["token"] !== "string") return undefined;
    const { "text-length": limit, now } = body;
    // The server read its clock about half-way.
    const ahead = typeof now === "number" ? Math.round(now - (asked + Date.now()) / 2) : 0;
    return { token: body["token"], textLength: typeof limit === "number" ? limit : 4000, ahead };
  }

  /** Sends a message. `client` is our id of it: sending the same one, with the same time, again does no harm. */
  async send(token: string, { client, at, outgoing }: Letter, language: string): Promise<Posted> {
    const response = await this.post("messages", token, { id: client, at, language, ...outgoing });
    if (!response) return { kind: "unreachable" };
    if (response.ok) {
      const body = await read(response);
      const { id, at } = body ?? {};
      return typeof id === "string" && typeof at === "number" ? { kind: "taken", id, at } : { kind: "unreachable" };
    }
    if (response.status === 401) return { kind: "unauthorised" };
    if (response.status === 413) return { kind: "too-long" };
    const worthAnotherTry = response.status >= 500 || response.status === 408 || response.status === 429;
    return { kind: worthAnotherTry ? "unreachable" : "refused" };
  }

  /** Tells that the customer is writing; whether it arrives does not matter. */
  async typing(token: string): Promise<void> {
    await this.post("typing", token, {});
  }

  /** Asks for the stream of events, from after `lastEventId` where there is one. */
  stream(token: string, lastEventId: string, signal: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = { accept: "text/event-stream", authorization: `Bearer ${token}` };
    if (lastEventId !== "") headers["last-event-id"] = lastEventId;
    return this.fetch(`${this.hook}/stream`, { headers, signal, cache: "no-store", credentials: "omit" });
  }

  private async post(path: string, token: string | undefined, body: unknown): Promise<Response | undefined> {
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    const signal = AbortSignal.timeout(PATIENCE);
    const init = { method: "POST", headers, body: JSON.stringify(body), signal, credentials: "omit" as const };
    return this.fetch(`${this.hook}/${path}`, init).catch(() => undefined);
  }
}

async function read(response: Response): Promise<Record<string, unknown> | undefined> {
  const body: unknown = await response.json().catch(() => undefined);
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : undefined;
}
