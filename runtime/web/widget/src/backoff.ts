/**
 * How long to wait before the next attempt. Exponential with jitter, so that a thousand pages that lost the same server
 * do not all come back in the same second.
 */

export class Backoff {
  private attempts = 0;
  private readonly most: number;
  private readonly random: () => number;
  private first: number;

  /** Delays in milliseconds; `random` gives numbers from 0 to 1. */
  constructor(first: number, most: number, random: () => number = Math.random) {
    this.first = first;
    this.most = most;
    this.random = random;
  }

  /** Attempts since the last success. */
  get failures(): number {
    return this.attempts;
  }

  /** The next delay: between half of and the whole doubled step, at most `most`. */
  next(): number {
    const step = Math.min(this.most, this.first * 2 ** this.attempts);
    this.attempts += 1;
    return step * (0.5 + this.random() / 2);
  }

  /** It worked: begin anew. */
  reset(): void {
    this.attempts = 0;
  }

  /** The server named the first delay that it wants. */
  startAt(first: number): void {
    this.first = Math.min(first, this.most);
  }
}
