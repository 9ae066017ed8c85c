import { readRetryAfter } from "./retry-after.js";

/** What goes over the wire. */
export interface WireRequest {
  readonly url: string;
  /** Credentials included. */
  readonly headers: Readonly<Record<string, string>>;
  /** What is POSTed; without it, it is a GET. */
  readonly body?: string;
  /** The longest answer that is read. */
  readonly maxBytes: number;
}

/** A whole answer. */
export interface HttpAnswer {
  readonly status: number;
  /** Lower case, without parameters; empty where the server does not say. */
  readonly contentType: string;
  readonly text: string;
  /** For how long the server asks to be left alone, where it says so. */
  readonly retryAfterMs?: number;
}

/** An answer that would be the same again. */
export class RefusedAnswer extends Error {
  override readonly name = "RefusedAnswer";
}

/** Makes one request, and reads the answer whole. Follows no redirect: credentials would go elsewhere. */
export async function sendRequest(request: WireRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { url, headers, body, maxBytes } = request;
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers,
    ...(body === undefined ? {} : { body }),
    redirect: "manual",
    signal,
  });
  const { status } = response;
  if (status >= 300 && status < 400) {
    throw new RefusedAnswer(`redirects to ${destination(response, url)} (HTTP ${status}); give it the final URL`);
  }
  const contentType = (response.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const retryAfterMs = readRetryAfter(response.headers);
  const text = await readCapped(response, maxBytes);
  return { status, contentType, text, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function destination(response: Response, base: string): string {
  const location = response.headers.get("location") ?? "";
  // The path and query of a redirect to a login page hold tokens.
  return URL.canParse(location, base) ? new URL(location, base).origin : "somewhere else";
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
