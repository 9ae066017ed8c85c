import { publicConfig } from "../../gate/public-config.js";
import { redacted } from "../../gate/redact.js";
import type { JsonObject } from "../../gate/json.js";
import type { HttpTarget } from "./http-probe-config.js";
import { formatStatuses } from "./http-status.js";
import { describeTls } from "./probe-tls.js";

/** A URL without its credentials and without the values of its query. */
export function publicUrl({ origin, pathname, search }: URL): string {
  // A query without "=" is a value.
  const query = search.slice(1).replace(/(^|&)([^&=]*=)?[^&]*/g, `$1$2${redacted}`);
  return `${origin}${pathname}${search === "" ? "" : `?${query}`}`;
}

/** What may be shown of an HTTP probe: no credential, no header value, no query value, no body. */
export function describeHttp(target: HttpTarget): JsonObject {
  const { url, method, headers, body, expect, redirects, tls, maxBodyBytes } = target;
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  const shown: JsonObject = {
    transport: "http",
    method,
    url: publicUrl(url),
    ...(names.length > 0 ? { headers: names.toSorted() } : {}),
    ...(body === undefined ? {} : { bodyBytes: Buffer.byteLength(body) }),
    expect: describeExpectation(expect),
    redirects,
    ...(tls === undefined ? {} : { tls: describeTls(tls) }),
    maxBodyBytes,
  };
  return publicConfig(shown);
}

function describeExpectation({
  status,
  headers,
  bodyIncludes,
  bodyMatches,
  json,
  release,
}: HttpTarget["expect"]): JsonObject {
  return {
    status: formatStatuses(status),
    ...(headers === undefined
      ? {}
      : { headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])) }),
    ...(bodyIncludes === undefined ? {} : { bodyIncludes }),
    ...(bodyMatches === undefined ? {} : { bodyMatches: String(bodyMatches) }),
    ...(json === undefined ? {} : { json: `a schema of ${json["~standard"].vendor}` }),
    ...(release === undefined ? {} : { release }),
  };
}
