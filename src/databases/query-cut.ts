import { setMaxListeners } from "node:events";

/** What ends a query from outside, before it answered. */
export interface QueryCut {
  /** Cuts the query, for this reason. Only the first counts. */
  now(reason: unknown): void;
  /** Rejects when the query is cut. */
  readonly happens: Promise<never>;
  hasHappened(): boolean;
  /** Forgets the timer and the signal. */
  cancel(): void;
}

/** When a query is cut: its answer is no longer wanted, or it took too long. */
export interface QueryCutOptions {
  readonly signal: AbortSignal;
  readonly afterMs: number;
  /** The reason when it took too long. */
  readonly late: () => Error;
}

/** Watches over a query. Cancel it when the query has ended. */
export function watchQuery({ signal, afterMs, late }: QueryCutOptions): QueryCut {
  const controller = new AbortController();
  const now = (reason: unknown) => controller.abort(reason);
  const abort = () => now(signal.reason);
  const timer = setTimeout(() => now(late()), afterMs);
  // However many queries one signal may end, none of them is the leak that Node would warn of.
  setMaxListeners(0, signal);
  signal.addEventListener("abort", abort, { once: true });
  const happens = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason as Error), { once: true });
  });
  // Nobody waits for it where the query was answered first.
  happens.catch(() => {});
  // What was done before this, such as a copy, may have taken longer than the answer was wanted: no event tells of that any more.
  if (signal.aborted) abort();
  return {
    now,
    happens,
    hasHappened: () => controller.signal.aborted,
    cancel: () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    },
  };
}
