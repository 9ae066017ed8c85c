import { formatMs } from "../gate/duration.js";
import { isGateError } from "../gate/gate-error.js";
import { redacted } from "../gate/redact.js";
import { headerValue, type HttpTarget } from "./http-target.js";
import { explainNetworkError } from "./network-error.js";
import { orAborted } from "./or-aborted.js";
import { RefusedAnswer, sendRequest, type HttpAnswer, type WireRequest } from "./send-request.js";
import { shareRequest } from "./share-request.js";
import { sourceFault } from "./source-fault.js";

/** One request to a target. */
export interface HttpRequest {
  readonly url: URL;
  readonly accept: string;
  /** What to POST; without it, it is a GET. */
  readonly body?: { readonly type: string; readonly text: string };
  /** The instant for which is asked: requests are shared within one tick, so that nobody gets an answer from before. */
  readonly at: number;
  readonly signal: AbortSignal;
}

/**
 * Makes one request, and reads the answer whole, within the target's limits of time and size.
 *
 * Identical requests of one tick, with the same credentials, are one. Follows no redirect. Throws a `GateError` with code
 * `SOURCE_FAILED`, or the signal's reason.
 */
export async function exchange(source: string, target: HttpTarget, request: HttpRequest): Promise<HttpAnswer> {
  const { signal } = request;
  signal.throwIfAborted();
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    controller.abort();
  }, target.timeoutMs);
  try {
    return await ask(source, target, request, controller.signal);
  } catch (error) {
    signal.throwIfAborted();
    if (isGateError(error)) throw error;
    const says = isLate
      ? `did not answer within ${formatMs(target.timeoutMs)}`
      : error instanceof RefusedAnswer
        ? error.message
        : target.redact(explainNetworkError(error));
    const isRetryable = isLate || !(error instanceof RefusedAnswer);
    throw sourceFault(source, says, { isRetryable, cause: error });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

async function ask(
  source: string,
  target: HttpTarget,
  { url, accept, body, at }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const token = target.bearer && (await tokenOf(source, target.bearer, signal));
  const wire: WireRequest = {
    url: url.href,
    headers: {
      accept,
      ...target.headers,
      ...(body === undefined ? {} : { "content-type": body.type }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: body.text }),
    maxBytes: target.maxBytes,
  };
  const key = JSON.stringify([at, { ...wire, headers: [...new Headers(wire.headers)] }]);
  const answer = await shareRequest(key, signal, (end) => sendRequest(wire, end));
  // What echoes the token must not carry it on.
  return token === undefined ? answer : { ...answer, text: answer.text.replaceAll(token, redacted) };
}

async function tokenOf(source: string, bearer: () => unknown, signal: AbortSignal): Promise<string> {
  let token: unknown;
  try {
    token = await orAborted(bearer(), signal);
  } catch (error) {
    signal.throwIfAborted();
    // What it says may hold the token; so may the error of fetch for a token that no header can hold.
    throw sourceFault(source, "has no token: the bearer function failed", { isRetryable: true, cause: error });
  }
  if (typeof token === "string" && token !== "" && headerValue.test(token)) return token;
  throw sourceFault(source, "has no token: the bearer function returned none", { isRetryable: true });
}
