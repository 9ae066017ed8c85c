import { html as escaped, raw } from "hono/html";
import { visibleText } from "../security/visible-text.js";

/** A piece of a page, safe to be put into one. */
export type Markup = ReturnType<typeof escaped>;

/** Makes a piece of a page: every text in it is escaped, and shows whatever is hidden in it. */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  return escaped(strings, ...values.map(shown));
}

/** A piece that was made here, or by whom we trust to have escaped: a drawing, a style sheet. */
export function trusted(markup: string): Markup {
  return raw(markup);
}

/** Nothing. */
export const nothing: Markup = raw("");

function shown(value: unknown): unknown {
  if (typeof value === "string") return visibleText(value);
  return Array.isArray(value) ? value.map(shown) : value;
}
