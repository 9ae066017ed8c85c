/**
 * Whether a request that changes something comes from a page of the handler's own, by the headers that a browser sets and a page
 * cannot.
 *
 * `Sec-Fetch-Site` decides where it is there; `Origin` does otherwise (with our referrer policy it says `null` for a form).
 */
export function isFromOwnPage(headers: Headers, origin: string): boolean {
  const site = headers.get("sec-fetch-site");
  return site === null ? headers.get("origin") === origin : site === "same-origin";
}

// Beside those that begin with "Sec-", which no page can set.
const browsersOwn: ReadonlySet<string> = new Set(["cookie", "origin", "referer"]);

/**
 * Whether a request shows anything that a browser sends by itself: then a page may have made it that the person does not know of,
 * and it must carry a form token.
 */
export function mayBeABrowsers(headers: Headers): boolean {
  return [...headers.keys()].some((name) => isOfBrowsers(name) || browsersOwn.has(name));
}

// The `fetch` of Node says this one, too. A browser that says it says `Sec-Fetch-Site` beside it.
function isOfBrowsers(name: string): boolean {
  return name.startsWith("sec-") && name !== "sec-fetch-mode";
}
