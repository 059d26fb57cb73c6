/**
 * Messages on their way to the server: one at a time, so that they arrive in the order in which they were written, and
 * kept until the server has them, so that neither a dead spot nor a reload loses one.
 */
import type { Posted } from "./api.ts";
import { Backoff } from "./backoff.ts";
import type { Problem } from "./conversation.ts";
import type { Pause } from "./pause.ts";
import type { Outgoing } from "./protocol.ts";

export interface Letter {
  /** The client's id of the message, the same at every attempt. */
  client: string;
  outgoing: Outgoing;
  /** When it was written, by the server's clock as far as it was known; never changed, or it would be another message. */
  at: number;
  failed?: boolean;
}

export interface Post {
  deliver(letter: Letter): Promise<Posted>;
  sent(client: string, id: string, at: number): void;
  failed(client: string, problem: Problem): void;
  /** Keeps them over a reload. */
  keep(letters: readonly Letter[]): void;
}

/** Attempts before the customer is told: about a minute. */
const ATTEMPTS = 6;

export class Outbox {
  private readonly post: Post;
  private readonly pause: Pause;
  private readonly newBackoff: () => Backoff;
  private letters: Letter[];
  private busy = false;

  constructor(post: Post, pause: Pause, letters: Letter[] = [], newBackoff = () => new Backoff(1_000, 20_000)) {
    this.post = post;
    this.pause = pause;
    this.letters = letters;
    this.newBackoff = newBackoff;
  }

  /** What waits or has failed. */
  get waiting(): readonly Letter[] {
    return this.letters;
  }

  send(letter: Letter): void {
    this.keep([...this.letters, letter]);
    void this.run();
  }

  /** Sends a failed one again, under the same id; it goes behind what is waiting. */
  retry(client: string): void {
    const letter = this.letters.find((candidate) => candidate.client === client);
    if (letter?.failed) this.send({ ...this.take(letter), failed: false });
  }

  /** Gives up on one. */
  discard(client: string): void {
    this.keep(this.letters.filter((letter) => letter.client !== client));
  }

  /** Works off what waits; does nothing where that is already going on. */
  async run(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    for (let head = this.head(); head; head = this.head()) await this.dispatch(head);
    this.busy = false;
  }

  private head(): Letter | undefined {
    return this.letters.find(({ failed }) => !failed);
  }

  private async dispatch(letter: Letter): Promise<void> {
    const backoff = this.newBackoff();
    for (;;) {
      const posted = await this.post.deliver(letter);
      // The stream has brought it back, or the customer has given it up, while the answer was on its way.
      if (!this.letters.includes(letter)) return;
      if (posted.kind === "taken") {
        this.take(letter);
        this.post.sent(letter.client, posted.id, posted.at);
        return;
      }
      const forGood = posted.kind === "too-long" || posted.kind === "refused";
      if (forGood || backoff.failures >= ATTEMPTS - 1) {
        this.keep(this.letters.map((other) => (other === letter ? { ...letter, failed: true } : other)));
        this.post.failed(letter.client, forGood ? posted.kind : "offline");
        return;
      }
      await this.pause(backoff.next());
    }
  }

  private take(letter: Letter): Letter {
    this.keep(this.letters.filter((other) => other !== letter));
    return letter;
  }

  private keep(letters: Letter[]): void {
    this.letters = letters;
    this.post.keep(letters);
  }
}

/** Reads what an earlier page kept; anything else is left out. */
export function readLetters(kept: unknown): Letter[] {
  if (!Array.isArray(kept)) return [];
  return kept.filter((letter): letter is Letter => {
    const { client, outgoing, at } = (letter ?? {}) as Partial<Letter>;
    return typeof client === "string" && typeof outgoing === "object" && outgoing !== null && typeof at === "number";
  });
}
