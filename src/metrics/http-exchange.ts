import { formatMs } from "../gate/duration.js";
import { isGateError } from "../gate/gate-error.js";
import { redacted } from "../gate/redact.js";
import { headerValue, type HttpTarget } from "./http-target.js";
import { explainNetworkError } from "./network-error.js";
import { sourceFault } from "./source-fault.js";

/** One request to a target. */
export interface HttpRequest {
  readonly url: URL;
  readonly accept: string;
  /** A form to POST; without one it is a GET. */
  readonly form?: URLSearchParams;
  readonly signal: AbortSignal;
}

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number;
  /** Lower case, without parameters; empty where the server does not say. */
  readonly contentType: string;
  readonly text: string;
}

/**
 * Makes one request, and reads the answer whole, within the target's limits of time and size.
 *
 * Follows no redirect: credentials would go elsewhere. Throws a `GateError` with code `SOURCE_FAILED`, or the signal's reason.
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
    return await send(source, target, request, controller.signal);
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
    // Whatever was not read is not read any more; after a whole answer this does nothing.
    controller.abort();
  }
}

/** Whether the same request may be answered better the next time. */
export function isRetryableStatus(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

/** An answer that would be the same again. */
class RefusedAnswer extends Error {
  override readonly name = "RefusedAnswer";
}

async function send(
  source: string,
  { headers, bearer, maxBytes, url: base }: HttpTarget,
  { url, accept, form }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const token = bearer && (await tokenOf(source, bearer));
  const response = await fetch(url.href, {
    method: form ? "POST" : "GET",
    headers: { accept, ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(form ? { body: form } : {}),
    redirect: "manual",
    signal,
  });
  const { status } = response;
  if (status >= 300 && status < 400) {
    throw new RefusedAnswer(`redirects to ${destination(response, base)} (HTTP ${status}); give it the final URL`);
  }
  const contentType = (response.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const text = await readCapped(response, maxBytes);
  // What echoes the token must not carry it on.
  return { status, contentType, text: token === undefined ? text : text.replaceAll(token, redacted) };
}

async function tokenOf(source: string, bearer: () => unknown): Promise<string> {
  let token: unknown;
  try {
    token = await bearer();
  } catch (error) {
    // What it says may hold the token; so may the error of fetch for a token that no header can hold.
    throw sourceFault(source, "has no token: the bearer function failed", { isRetryable: true, cause: error });
  }
  if (typeof token === "string" && token !== "" && headerValue.test(token)) return token;
  throw sourceFault(source, "has no token: the bearer function returned none", { isRetryable: true });
}

function destination(response: Response, base: URL): string {
  const location = response.headers.get("location") ?? "";
  // The path and query of a redirect to a login page hold tokens.
  return URL.canParse(location, base.href) ? new URL(location, base).origin : "somewhere else";
}

async function readCapped({ body }: Response, maxBytes: number): Promise<string> {
  if (!body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new RefusedAnswer(`answers with more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
