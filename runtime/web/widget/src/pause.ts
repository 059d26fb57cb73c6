/**
 * Waiting that ends early when there is a reason to try at once. Passed in wherever the window waits, so that tests need
 * no clock.
 */

/** Resolves after so many milliseconds, or when the signal is aborted. */
export type Pause = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** Ends early when the browser is back on the network. */
export const pause: Pause = (milliseconds, signal) =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
    signal?.addEventListener("abort", done);
    if (signal?.aborted) done();
  });
