import { printable } from "./printable.js";
import { cut } from "./styled-line.js";

/** Where a text is cut off: a report is read, and all of it is in the record. */
const longest = 500;

/** Breaks a word where its start would reach people or issues, as in `@ada` and `#12`. Invisible. */
const breaker = "&#8203;";

/**
 * A text from elsewhere as Markdown that shows it, and does nothing else.
 *
 * No formatting, links, HTML, mentions, references or new lines come of it. Not for the start of a line, where a number or a
 * dash means a list.
 */
export function markdownText(text: string): string {
  return (
    cut(printable(text), longest)
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replace(/[\\`*_[\]|~$^]/g, "\\$&")
      .replace(/:(?=\/\/)|(?<=mailto|xmpp):|(?<=www)\./gi, "\\$&")
      .replace(/(#|GH-|!)(?=\d)/gi, `$1${breaker}`)
      // After the one before, which would find a reference in the breaker.
      .replaceAll("@", `@${breaker}`)
  );
}

/** An id or a hash as Markdown: in the type of code where that is safe. */
export function markdownId(id: string): string {
  return /^[\w.-]{1,200}$/.test(id) ? `\`${id}\`` : markdownText(id);
}
