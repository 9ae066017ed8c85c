import { printable } from "../printable.js";

/** A piece of a picture, safe to be put into one. A text is none until {@link textNode} made one of it. */
export interface SvgNode {
  readonly xml: string;
}

/** Makes an element. Attributes are written as they are given, numbers with one digit after the point. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
  ...children: readonly SvgNode[]
): SvgNode {
  const written = Object.entries(attributes).map(([key, value]) =>
    value === undefined ? "" : ` ${key}="${typeof value === "number" ? coordinate(value) : escapeXml(value)}"`,
  );
  const inside = children.map(({ xml }) => xml).join("");
  return { xml: inside === "" ? `<${name}${written.join("")}/>` : `<${name}${written.join("")}>${inside}</${name}>` };
}

/** A text from elsewhere as text: without control characters, and without anything that XML would read as its own. */
export function textNode(text: string): SvgNode {
  return { xml: escapeXml(printable(text)) };
}

/** The same piece on a line of its own, so that a change of a picture can be read. */
export function onItsOwnLine({ xml }: SvgNode): SvgNode {
  return { xml: `\n${xml}` };
}

/** A place in the picture, as it is written. */
export function coordinate(value: number): string {
  // Zero has no sign that anybody could see.
  return String(Math.round(value * 10) / 10 || 0);
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
