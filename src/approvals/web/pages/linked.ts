import { html, type Markup } from "./markup.js";

const urls = /\bhttps?:\/\/[^\s<>"'`\p{C}]+[^\s<>"'`\p{C}.,;:!?)\]}]/giu;

/** A text with its http(s) URLs as links; nothing else in it becomes one. `rest` shows what is between them. */
export function linked(text: string, rest: (text: string) => Markup | string = String): Markup {
  const pieces: unknown[] = [];
  let from = 0;
  for (const match of text.matchAll(urls)) {
    const url = safeUrl(match[0]);
    if (url === undefined) continue;
    pieces.push(rest(text.slice(from, match.index)), link(url, match[0]));
    from = match.index + match[0].length;
  }
  return html`${[...pieces, rest(text.slice(from))]}`;
}

function link(url: string, text: string): Markup {
  return html`<a href="${url}" rel="noopener noreferrer nofollow">${text}</a>`;
}

function safeUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, username, password, href } = new URL(text);
  // A user before the host is there to make it look like another one.
  const isPlain = (protocol === "https:" || protocol === "http:") && username === "" && password === "";
  return isPlain ? href : undefined;
}
