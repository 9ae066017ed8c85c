import { execFileSync, spawnSync } from "node:child_process";

/** An element, as a real XML parser read it. */
export interface SvgElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** The text directly inside. */
  readonly text: string;
  readonly children: readonly SvgElement[];
}

const script = `
import json, sys
import xml.etree.ElementTree as tree
def read(node):
    return {"name": node.tag.replace("{http://www.w3.org/2000/svg}", ""), "attributes": node.attrib,
            "text": node.text or "", "children": [read(child) for child in node]}
json.dump([read(tree.fromstring(text)) for text in json.load(sys.stdin)], sys.stdout)
`;

/** Whether there is a parser here, and how to get it. */
export const hasParser = spawnSync("python3", ["-c", "import xml.etree"]).status === 0;
export const howToGetParser = "Install Python 3: its XML parser reads the pictures.";

/** Reads pictures. Throws where one is not well-formed. */
export function parseSvgs(documents: readonly string[]): readonly SvgElement[] {
  const input = JSON.stringify(documents);
  return JSON.parse(execFileSync("python3", ["-c", script], { input, encoding: "utf8", maxBuffer: 1e9 }));
}

/** Reads one picture. */
export function parseSvg(document: string | undefined): SvgElement {
  const [parsed] = parseSvgs([document ?? "no picture"]);
  if (!parsed) throw new Error("unreachable: one was given");
  return parsed;
}

/** Every element with this class, or of this name where there is no dot; not those that explain the marks. */
export function all(picture: SvgElement, selector: string): readonly SvgElement[] {
  return picture.children.flatMap((child) => {
    const { class: className = "" } = child.attributes;
    if (className === "rg-caption" && selector.startsWith(".")) return [];
    const isWanted = selector.startsWith(".")
      ? className.split(" ").includes(selector.slice(1))
      : child.name === selector;
    return [...(isWanted ? [child] : []), ...all(child, selector)];
  });
}

/** Every text that is shown. */
export function textsOf(picture: SvgElement): readonly string[] {
  return all(picture, "text").map(({ text }) => text);
}

/** Where the paths of these elements begin: the places of marks, and the starts of lines. */
export function startsOf(elements: readonly SvgElement[]): readonly (readonly [x: number, y: number])[] {
  return elements.flatMap(({ attributes: { d = "" } }) =>
    [...d.matchAll(/M(-?[\d.]+)[ ,](-?[\d.]+)/g)].map(([, x, y]): [number, number] => [Number(x), Number(y)]),
  );
}
