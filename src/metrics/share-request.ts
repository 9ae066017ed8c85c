import { orAborted } from "./or-aborted.js";
import type { HttpAnswer } from "./send-request.js";

/** A request on its way, for everybody who asked the same. */
interface SharedRequest {
  readonly answer: Promise<HttpAnswer>;
  readonly controller: AbortController;
  readers: number;
}

const onTheirWay = new Map<string, SharedRequest>();

/**
 * Makes a request, or waits for the same one where it is on its way already: several gates ask the same question at one tick.
 *
 * `key` says what is the same; everything by which two answers may differ must be in it, credentials above all. A reader leaves
 * when its `signal` is aborted, with the reason of that; when the last one has left, the request is aborted. What goes wrong
 * goes wrong for each reader. Nothing is kept after the answer: the next one who asks makes a new request.
 */
export async function shareRequest(
  key: string,
  signal: AbortSignal,
  send: (signal: AbortSignal) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  signal.throwIfAborted();
  const shared = onTheirWay.get(key) ?? start(key, send);
  shared.readers++;
  try {
    return await orAborted(shared.answer, signal);
  } finally {
    shared.readers--;
    if (shared.readers === 0) end(key, shared);
  }
}

function start(key: string, send: (signal: AbortSignal) => Promise<HttpAnswer>): SharedRequest {
  const controller = new AbortController();
  const shared = { answer: send(controller.signal), controller, readers: 0 };
  onTheirWay.set(key, shared);
  void forget(key, shared);
  return shared;
}

async function forget(key: string, shared: SharedRequest): Promise<void> {
  // What went wrong is told to the readers; where they have left, nobody needs to hear it.
  await shared.answer.catch(() => {});
  end(key, shared);
}

/** Whatever was not read is not read any more; after a whole answer only the entry goes. */
function end(key: string, shared: SharedRequest): void {
  if (onTheirWay.get(key) === shared) onTheirWay.delete(key);
  shared.controller.abort();
}
