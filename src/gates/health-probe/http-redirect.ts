import { isExpectedStatus } from "./http-status.js";
import type { HttpAnswer } from "./http-exchange.js";
import type { HttpTarget } from "./http-probe-config.js";
import { TargetFault } from "./probe.js";

/** How many redirects are followed in one attempt. */
export const maxRedirects = 5;

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * The URL at which to ask again, or undefined where the answer is the answer.
 *
 * A redirect is the answer where `expect.status` names its status. Throws a `TargetFault` for one that is not followed: to
 * another host or port, from https to http, of a POST, or any where redirects are refused.
 */
export function redirectOf(url: URL, answer: HttpAnswer, target: HttpTarget): URL | undefined {
  const { location } = answer.headers;
  const { expect, method, redirects } = target;
  if (!redirectStatuses.has(answer.status) || location === undefined) return undefined;
  if (expect.status && isExpectedStatus(answer.status, expect.status)) return undefined;
  const answered = `answered ${answer.status}`;
  if (redirects === "refuse") throw new TargetFault(`${answered}, expected no redirect`);
  if (method === "POST") throw new TargetFault(`${answered}, and a POST is not sent anywhere else`);
  if (!URL.canParse(location, url.href)) throw new TargetFault(`${answered} with a location that is not a URL`);
  const next = new URL(location, url);
  if (!isSameHost(url, next)) {
    // Path and query are the target's words, and may hold anybody's session.
    throw new TargetFault(`${answered} and redirects to ${next.origin}, expected ${url.origin}`);
  }
  next.username = url.username;
  next.password = url.password;
  return next;
}

// The same origin, or http made secure: headers and credentials go there, too.
function isSameHost(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true;
  return from.hostname === to.hostname && from.protocol === "http:" && to.protocol === "https:";
}
