/**
 * The messages as the window shows them, put together from the stream and from what this page sends. Pure bookkeeping:
 * applying the same event twice changes nothing, so a resumed or repeated stream does no harm.
 */
import type { Author, Content, Option, StreamEvent } from "./protocol.ts";

/** How far a message of the customer has got. */
export type Delivery = "sending" | "sent" | "seen" | "failed";
/** Why it failed, as far as the customer can do something about it. */
export type Problem = "offline" | "too-long" | "refused";

/** Never changed in place: a new state is a new object, so that the view sees at a glance what it has to draw again. */
export interface Message {
  /** Stable from the first keystroke to the last status: the client's id of our own, the server's of all others. */
  readonly key: string;
  /** The server's id; our own have none until the server knows them. */
  readonly id?: string;
  readonly at: number;
  readonly author: Author;
  readonly contents: readonly Content[];
  readonly delivery?: Delivery;
  readonly problem?: Problem;
  readonly replyTo?: string;
  readonly emoji?: string;
  readonly edited?: boolean;
  readonly retracted?: boolean;
}

export const isOwn = (message: Message): boolean => message.author.kind === "customer";
const isPending = ({ delivery }: Message): boolean => delivery === "sending" || delivery === "failed";

/** The server's clock orders what the server knows; what it does not know yet stands below, as it was written. */
function inOrder(a: Message, b: Message): number {
  if (isPending(a) !== isPending(b)) return isPending(a) ? 1 : -1;
  return isPending(a) ? 0 : a.at - b.at;
}

export class Conversation {
  private list: readonly Message[] = [];

  get messages(): readonly Message[] {
    return this.list;
  }

  /** Forgets what the server knows; what is still to be sent stays. */
  clear(): void {
    this.list = this.list.filter(isPending);
  }

  /** Takes an event of the stream; tells whether anything changed. */
  apply(event: StreamEvent): boolean {
    switch (event.type) {
      case "message":
        return this.arrive(event);
      case "amended":
        return this.change(event.of, (message) => ({ ...message, contents: event.contents, edited: true }));
      case "retracted":
        return this.change(event.of, (message) => ({ ...message, contents: [], retracted: true }));
      case "reaction":
        return this.change(event.of, (message) => ({ ...message, emoji: event.emoji }));
      case "seen":
        return this.change(event.of, (message) => ({ ...message, delivery: "seen" }));
      case "typing":
        return false;
    }
  }

  /** Shows a message of our own before the server has it. */
  write(key: string, content: Content, at: number): void {
    this.put({ key, at, author: { kind: "customer" }, contents: [content], delivery: "sending" });
  }

  /** It is on its way again. */
  sending(key: string): void {
    this.settle(key, (message) => ({ ...message, delivery: "sending", problem: undefined }));
  }

  /** The server has it, under its own id and time. */
  sent(key: string, id: string, at: number): void {
    this.settle(key, (message) => ({ ...message, id, at, delivery: "sent", problem: undefined }));
  }

  failed(key: string, problem: Problem): void {
    this.settle(key, (message) => ({ ...message, delivery: "failed", problem }));
  }

  discard(key: string): void {
    this.list = this.list.filter((message) => message.key !== key);
  }

  /** Messages of the other side that are newer than `readUpTo`. */
  unread(readUpTo: number): number {
    return this.list.filter((message) => !isOwn(message) && !message.retracted && message.at > readUpTo).length;
  }

  /** The time of the newest message of the other side; 0: none. */
  get newest(): number {
    return this.list.reduce((newest, message) => (isOwn(message) ? newest : Math.max(newest, message.at)), 0);
  }

  /** Who of the company spoke last. */
  get speaker(): Author | undefined {
    return this.list.findLast((message) => !isOwn(message))?.author;
  }

  private arrive(event: Extract<StreamEvent, { type: "message" }>): boolean {
    const key = event.client ?? event.id;
    const known = this.list.find((message) => message.key === key);
    if (known?.id === event.id && !isPending(known)) return false;
    const { id, at, author, contents, replyTo } = event;
    this.put({ key, id, at, author, contents, replyTo, ...(author.kind === "customer" && { delivery: "sent" }) });
    return true;
  }

  /** Only what still waits can change its state: the answer to an old attempt must not undo what the stream has told. */
  private settle(key: string, next: (message: Message) => Message): void {
    const message = this.list.find((candidate) => candidate.key === key);
    if (message && isPending(message)) this.put(next(message));
  }

  private change(id: string, next: (message: Message) => Message): boolean {
    const message = this.list.find((candidate) => candidate.id === id);
    if (!message) return false;
    this.put(next(message));
    return true;
  }

  private put(message: Message): void {
    const others = this.list.filter(({ key }) => key !== message.key);
    const place = this.list.findIndex(({ key }) => key === message.key);
    others.splice(place < 0 ? others.length : place, 0, message);
    // The sort is stable: what has the same time stays in the order of arrival.
    this.list = others.sort(inOrder);
  }
}

/** What became of a question: which option was taken, and whether the conversation has moved on. */
export interface Answered {
  chosen?: string;
  closed: boolean;
}

/**
 * Whether the options of the message at `index` may still be taken. They close with a selection of one of them, and when
 * the customer wrote something else and was answered; until then a hesitating customer can still go back to them.
 */
export function answered(messages: readonly Message[], index: number, options: readonly Option[]): Answered {
  let wrote = false;
  for (const message of messages.slice(index + 1)) {
    if (!isOwn(message)) {
      if (wrote) return { closed: true };
      continue;
    }
    wrote = true;
    for (const content of message.contents) {
      if (content.type === "selection" && options.some(({ id }) => id === content.id)) {
        return { chosen: content.id, closed: true };
      }
    }
  }
  return { closed: false };
}
