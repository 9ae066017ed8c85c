import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import type { HttpTarget } from "./http-probe-config.js";
import { networkError } from "./network-fault.js";
import { cutShort, TargetFault } from "./probe.js";
import type { TlsSettings } from "./probe-tls.js";

/** One answer, as far as it was read. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** At most as many bytes as the target allows. Never decompressed. */
  readonly body: Buffer;
  /** Whether there was more. */
  readonly isTruncated: boolean;
}

/** What a request needs beyond its target. */
export interface ExchangeOptions {
  /** How the probe calls the target in errors. */
  readonly source: string;
  readonly lookup: LookupFunction;
  readonly tls: Partial<TlsSettings>;
  readonly signal: AbortSignal;
}

/** The size of headers beyond which an answer is refused. Bytes. */
const maxHeaderSize = 16_384;

const standardHeaders = { accept: "*/*", "accept-encoding": "identity", "user-agent": "release-gates" };

/**
 * Sends one request on a connection of its own, reads the answer up to the limit, and closes the connection.
 *
 * Rejects with a `TargetFault` where the target gives no whole answer.
 */
export function exchange(url: URL, target: HttpTarget, options: ExchangeOptions): Promise<HttpAnswer> {
  const { source, lookup, tls, signal } = options;
  return new Promise((resolve, reject) => {
    let progress = "did not accept the connection";
    let hangUp = hungUpAtOnce;
    let answer: HttpAnswer | undefined;
    let fault: unknown;
    const request = (url.protocol === "https:" ? requestHttps : requestHttp)(url, {
      ...tls,
      agent: false,
      method: target.method,
      headers: withDefaults(target.headers),
      lookup,
      maxHeaderSize,
      insecureHTTPParser: false,
    });
    // The first word counts: what follows is the echo of closing the connection.
    const end = (outcome: { answer: HttpAnswer } | { fault: unknown }) => {
      if (answer === undefined && fault === undefined) {
        if ("answer" in outcome) answer = outcome.answer;
        else fault = outcome.fault;
      }
      request.destroy();
    };
    const abort = () => end({ fault: cutShort(signal, progress) });
    request.on("socket", (socket) => {
      socket.once(
        "connect",
        () => (progress = url.protocol === "https:" ? "did not finish the TLS handshake" : unanswered),
      );
      socket.once("secureConnect", () => (progress = unanswered));
    });
    request.on("error", (error) => end({ fault: networkError(error, source) }));
    request.on("response", (response) => {
      const answered = `answered ${response.statusCode}`;
      progress = `${answered} and did not finish its body`;
      const body = readBody(response, target.maxBodyBytes, (read) => {
        end({ answer: { status: response.statusCode ?? 0, headers: response.headers, ...read } });
      });
      hangUp = () => `${answered} and broke off after ${body.size} bytes of its body`;
    });
    // Settled only when the connection is closed, so that nothing is left behind.
    request.on("close", () => {
      signal.removeEventListener("abort", abort);
      if (answer) resolve(answer);
      else reject(fault ?? new TargetFault(hangUp()));
    });
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    else request.end(target.body);
  });
}

const hungUpAtOnce = () => "closed the connection before it had answered";
const unanswered = "accepted the connection and did not answer";

function withDefaults(headers: Readonly<Record<string, string>>): Record<string, string> {
  const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { ...standardHeaders, ...given };
}

/** Reads a body up to `limit`, and says when it is read. What comes after it is not read, and never asked for. */
function readBody(
  response: IncomingMessage,
  limit: number,
  done: (read: Pick<HttpAnswer, "body" | "isTruncated">) => void,
): { readonly size: number } {
  const chunks: Buffer[] = [];
  const progress = { size: 0 };
  response.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    progress.size += chunk.length;
    if (progress.size > limit) done({ body: Buffer.concat(chunks).subarray(0, limit), isTruncated: true });
  });
  response.on("end", () => done({ body: Buffer.concat(chunks), isTruncated: false }));
  // A body that breaks off closes the request, too, which says so.
  response.on("error", () => {});
  return progress;
}
