import { redacted, redactUrls } from "./redact-urls.js";

const names = "passw(?:or)?d|passphrase|pwd|secret|token|signature|\\bsig|(?:api|access|private|account|auth)[-_]?key";
// Every quantifier is bounded, or what follows cannot match twice: hostile texts take linear time.
const rules: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // A header, to the end of its line or text.
  [
    /\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key|api-key|x-auth-token)(["']?\s{0,4}:\s{0,4}["']?)[^\s"'][^\r\n"']*/gi,
    `$1$2${redacted}`,
  ],
  // A scheme and its token. "Basic authentication is required" holds none.
  [
    /\b(bearer|basic)([\s:="']{1,4})(?!(?:authentication|authorization|credentials|challenge)\b)[\w.~+/=-]{8,}/gi,
    `$1$2${redacted}`,
  ],
  [
    new RegExp(`((?:${names})["']?\\s{0,4}(?:=|:(?=\\s{0,4}["']))\\s{0,4})(?:"[^"]*"|'[^']*'|[^\\s"',;&)]+)`, "gi"),
    `$1${redacted}`,
  ],
  // User and password of what would be a URL, had it a scheme.
  [/(^|[\s"'(=,])[^\s:@/"'()=,]{1,64}:[^\s:@/"']{3,200}@(?=[\w[])/g, `$1${redacted}@`],
  // Whoever knows the path of these may post.
  [/(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[^\s"'<>]+/gi, `$1${redacted}`],
];

// Almost no text holds any of them, and every text of a record comes past here.
const maybeSecret =
  /:\/\/|@|\b(?:bearer|basic)\b|(?:passw(?:or)?d|passphrase|pwd|secret|token|signature|sig|key|authorization|cookie)["']?\s*[=:]|hooks\.slack/i;

/** Removes credentials, query values and fragment values of URLs, tokens, headers and `password=…` from a text. */
export function redactText(text: string): string {
  if (!maybeSecret.test(text)) return text;
  return rules.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), redactUrls(text));
}
