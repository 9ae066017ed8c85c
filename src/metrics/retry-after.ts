const longestMs = 86_400_000;

/** Reads for how long a server asks to be left alone, at most a day. Undefined where it does not say. */
export function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1_000, longestMs);
  const until = parseDate(value);
  if (until === undefined) return undefined;
  // By the server's own clock, which may not be ours.
  const now = parseDate(headers.get("date") ?? "") ?? Date.now();
  return Math.min(Math.max(until - now, 0), longestMs);
}

/** `Date.parse` reads much that is no HTTP date. */
function parseDate(text: string): number | undefined {
  const ms = /^[A-Z][a-z]{2}, .*GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
