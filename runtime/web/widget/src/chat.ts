/**
 * The chat without its looks: ties session, stream, outbox and conversation together and tells the window when to draw.
 */
import { Api, type Posted, visitorOf } from "./api.ts";
import { Conversation } from "./conversation.ts";
import { type Letter, Outbox, readLetters } from "./outbox.ts";
import type { Pause } from "./pause.ts";
import { type Author, type Outgoing, ownContent, readEvent } from "./protocol.ts";
import type { SseEvent } from "./sse.ts";
import type { Storage } from "./storage.ts";
import { type Connection, Stream } from "./stream.ts";

/** Milliseconds after connecting in which what arrives counts as history: it is neither announced nor is anyone typing. */
const SETTLING = 700;
/** Milliseconds for which a typing sign stands. */
const TYPING = 6_000;
/** Milliseconds between two typing signs of our own. */
const TYPING_EVERY = 4_000;
/** Milliseconds after which a hidden tab lets go of its connection: browsers allow six to a server, over all tabs. */
const HIDDEN = 60_000;
/** Failed connections in a row after which the token itself is questioned: a refusal may look like a broken line. */
const DOUBT = 3;

export class Chat {
  readonly conversation = new Conversation();
  connection: Connection = "closed";
  /** What arrives now is history. */
  settling = true;
  /** Who is writing. */
  typing: Author | undefined;
  /** Longest text, in characters. */
  textLength = 4000;
  /** Called after every change. */
  changed: () => void = () => {};

  private readonly api: Api;
  private readonly storage: Storage;
  private readonly language: string;
  private readonly stream: Stream;
  private readonly outbox: Outbox;
  private session: Promise<boolean> | undefined;
  /** Whose conversation is shown. */
  private visitor: string | undefined;
  private hidden = false;
  /** Milliseconds by which the server's clock is ahead. */
  private ahead = 0;
  private typingSentAt = 0;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private settlingTimer: ReturnType<typeof setTimeout> | undefined;
  private hiddenTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api, storage: Storage, language: string, pause: Pause) {
    this.api = api;
    this.storage = storage;
    this.language = language;
    this.stream = new Stream(
      {
        open: (lastEventId, signal) => this.openStream(lastEventId, signal),
        event: (event) => this.receive(event),
        connection: (state) => this.connected(state),
      },
      pause,
    );
    const letters = readLetters(storage.unsent);
    this.outbox = new Outbox(
      {
        deliver: (letter) => this.deliver(letter),
        sent: (client, id, at) => this.update(() => this.conversation.sent(client, id, at)),
        failed: (client, problem) => this.update(() => this.conversation.failed(client, problem)),
        keep: (waiting) => (storage.unsent = waiting),
      },
      pause,
      letters,
    );
    for (const { client, outgoing, at, failed } of letters) {
      this.conversation.write(client, ownContent(outgoing), at);
      if (failed) this.conversation.failed(client, "offline");
    }
    storage.watch((what) => (what === "token" ? this.adopt() : this.changed()));
  }

  /** Whether this visitor has been here before. */
  get known(): boolean {
    return this.storage.token !== undefined;
  }

  get unread(): number {
    return this.conversation.unread(this.storage.readUpTo);
  }

  /** Connects and stays connected. */
  start(): void {
    this.stream.start();
    void this.outbox.run();
  }

  send(outgoing: Outgoing): void {
    const letter = { client: newClientId(), outgoing, at: Date.now() + this.ahead };
    this.typingSentAt = 0;
    this.conversation.write(letter.client, ownContent(outgoing), letter.at);
    this.changed();
    this.outbox.send(letter);
  }

  retry(client: string): void {
    this.update(() => this.conversation.sending(client));
    this.outbox.retry(client);
  }

  discard(client: string): void {
    this.outbox.discard(client);
    this.update(() => this.conversation.discard(client));
  }

  /** The customer is writing. */
  writes(now = Date.now()): void {
    const token = this.storage.token;
    if (token === undefined || now - this.typingSentAt < TYPING_EVERY) return;
    this.typingSentAt = now;
    void this.api.typing(token);
  }

  /** The customer sees all there is. */
  read(): void {
    const { newest } = this.conversation;
    if (newest > this.storage.readUpTo) this.storage.readUpTo = newest;
  }

  /** The tab went to the back or came to the front. */
  visible(visible: boolean): void {
    this.hidden = !visible;
    clearTimeout(this.hiddenTimer);
    if (!visible) this.hiddenTimer = setTimeout(() => this.stream.stop(), HIDDEN);
    else if (this.known) this.start();
  }

  private update(change: () => void): void {
    change();
    this.changed();
  }

  private connected(state: Connection): void {
    this.connection = state;
    clearTimeout(this.settlingTimer);
    this.settling = state === "open" || this.settling;
    if (state === "open") {
      this.settlingTimer = setTimeout(() => this.update(() => (this.settling = false)), SETTLING);
    }
    this.changed();
  }

  private receive({ name, data }: SseEvent): void {
    const event = readEvent(name, data);
    if (!event) return;
    if (event.type === "typing") {
      if (!this.settling) this.showTyping(event.author);
      return;
    }
    if (!this.conversation.apply(event)) return;
    if (event.type === "message") {
      if (event.client !== undefined) this.outbox.discard(event.client);
      if (event.author.kind !== "customer") this.showTyping(undefined);
    }
    this.changed();
  }

  private showTyping(author: Author | undefined): void {
    clearTimeout(this.typingTimer);
    if (author) this.typingTimer = setTimeout(() => this.showTyping(undefined), TYPING);
    this.update(() => (this.typing = author));
  }

  private async openStream(lastEventId: string, signal: AbortSignal): Promise<Response | undefined> {
    if (this.stream.failures > 0 && this.stream.failures % DOUBT === 0) this.session = undefined;
    const token = await this.authorised();
    // Another visitor took over meanwhile: this line belongs to the old one.
    if (token === undefined || signal.aborted) return undefined;
    const response = await this.api.stream(token, lastEventId, signal);
    if (response.status === 401) this.session = undefined;
    return response;
  }

  private async deliver(letter: Letter): Promise<Posted> {
    for (const lastTry of [false, true]) {
      const token = await this.authorised();
      if (token === undefined) break;
      const posted = await this.api.send(token, letter, this.language);
      if (posted.kind !== "unauthorised" || lastTry) return posted;
      this.session = undefined;
    }
    return { kind: "unreachable" };
  }

  /** The token, once the server has confirmed it on this page; undefined where the server cannot be reached. */
  private async authorised(): Promise<string | undefined> {
    this.session ??= this.openSession();
    if (await this.session) return this.storage.token;
    this.session = undefined;
    return undefined;
  }

  /** Another tab has a new token, perhaps the first. */
  private adopt(): void {
    this.follow();
    if (!this.hidden) this.start();
    this.changed();
  }

  private async openSession(): Promise<boolean> {
    const before = this.storage.token;
    const session = await this.api.session(before);
    if (!session) return false;
    this.textLength = session.textLength;
    this.ahead = session.ahead;
    // Another tab may have been faster: then there is one visitor, and it is theirs.
    if (this.storage.token === before) this.storage.token = session.token;
    this.follow();
    this.changed();
    return true;
  }

  /** Turns to the visitor that the tabs agree on; a new one has a conversation of their own. */
  private follow(): void {
    const before = this.visitor;
    this.visitor = visitorOf(this.storage.token ?? "");
    if (before === undefined || before === this.visitor) return;
    this.conversation.clear();
    this.stream.forget();
    if (!this.hidden) this.stream.start();
  }
}

/** 128 random bits; `randomUUID` exists only on pages served over TLS. */
const newClientId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
