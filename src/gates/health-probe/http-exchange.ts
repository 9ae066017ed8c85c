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
  readonly tls: TlsSettings | undefined;
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
      progress = `answered ${response.statusCode} and did not finish its body`;
      readBody(response, target.maxBodyBytes).then(
        (read) => end({ answer: { status: response.statusCode ?? 0, headers: response.headers, ...read } }),
        (error: unknown) => end({ fault: error }),
      );
    });
    // Settled only when the connection is closed, so that nothing is left behind.
    request.on("close", () => {
      signal.removeEventListener("abort", abort);
      if (answer) resolve(answer);
      else reject(fault ?? new TargetFault("closed the connection before it had answered"));
    });
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
    else request.end(target.body);
  });
}

const unanswered = "accepted the connection and did not answer";

function withDefaults(headers: Readonly<Record<string, string>>): Record<string, string> {
  const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { ...standardHeaders, ...given };
}

/** Reads a body up to `limit`. What comes after it is not read, and never asked for. */
function readBody(response: IncomingMessage, limit: number): Promise<Pick<HttpAnswer, "body" | "isTruncated">> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) resolve({ body: Buffer.concat(chunks).subarray(0, limit), isTruncated: true });
    });
    response.on("end", () => resolve({ body: Buffer.concat(chunks), isTruncated: false }));
    const breakOff = () => {
      reject(new TargetFault(`answered ${response.statusCode} and broke off after ${size} bytes of its body`));
    };
    response.on("error", breakOff);
    response.on("close", breakOff);
  });
}
