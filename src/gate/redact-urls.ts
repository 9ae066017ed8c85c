/** What stands where a secret stood. */
export const redacted = "[redacted]";

const afterScheme = "://";
const endOfUrl = /[\s"<>]/g;
const schemeCharacter = /[a-z\d+.-]/i;

/** Removes user names, passwords, query values and fragment values from every URL in a text. In linear time. */
export function redactUrls(text: string): string {
  let clean = "";
  let from = 0;
  for (let at = text.indexOf(afterScheme); at !== -1; at = text.indexOf(afterScheme, from)) {
    const start = at + afterScheme.length;
    const end = endFrom(text, start);
    clean += text.slice(from, start) + redactAfterScheme(text.slice(start, end));
    from = end;
  }
  return clean + text.slice(from);
}

/** Where a URL ends: before a space or a quote, or where the next URL begins, unless that is in its query. */
function endFrom(text: string, start: number): number {
  const another = text.indexOf(afterScheme, start);
  const url = another === -1 ? text.slice(start) : text.slice(start, another);
  const special = url.search(/[\s"<>?#]/);
  if (special === -1) return another === -1 ? text.length : schemeStart(text, start, another);
  endOfUrl.lastIndex = start + special;
  return endOfUrl.exec(text)?.index ?? text.length;
}

function schemeStart(text: string, start: number, end: number): number {
  let scheme = end;
  while (scheme > start && schemeCharacter.test(text.charAt(scheme - 1))) scheme -= 1;
  return scheme;
}

function redactAfterScheme(url: string): string {
  const userEnd = userInfoEnd(url);
  const rest = url.slice(userEnd + 1);
  const hash = rest.indexOf("#");
  const beforeHash = hash === -1 ? rest : rest.slice(0, hash);
  const fragment = hash === -1 ? "" : rest.slice(hash);
  const question = beforeHash.indexOf("?");
  const place = question === -1 ? beforeHash : beforeHash.slice(0, question + 1);
  const query = question === -1 ? "" : beforeHash.slice(question + 1);
  const user = userEnd === -1 ? "" : `${redacted}@`;
  return user + place + query.replaceAll(/[^&;]+/g, redactPair) + fragment.replaceAll(/[^#&;]*=[^&;]*/g, redactPair);
}

/** Where the "@" after user and password is, or -1. */
function userInfoEnd(url: string): number {
  const authority = /^[^/?#]*/.exec(url)?.[0] ?? "";
  const at = authority.lastIndexOf("@");
  if (at !== -1) return at;
  // A password that nobody escaped may hold "/", "?" and "#": then what looks like a port is none.
  const colon = authority.indexOf(":");
  const isPort = colon === -1 || authority.startsWith("[") || /^\d*$/.test(authority.slice(colon + 1));
  return isPort ? -1 : url.lastIndexOf("@");
}

function redactPair(pair: string): string {
  return pair.slice(0, pair.indexOf("=") + 1) + redacted;
}
