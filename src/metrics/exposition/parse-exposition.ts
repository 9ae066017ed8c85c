import { parseSampleNumber } from "../sample-number.js";
import { AnswerFault } from "../answer-fault.js";

/** One line of a scrape. */
export interface ExpositionSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** A scrape, taken apart. */
export interface Exposition {
  readonly samples: readonly ExpositionSample[];
  /** The types that the scrape declares, by metric: `counter`, `gauge`, `histogram`… Empty for a HELP without a TYPE. */
  readonly types: ReadonlyMap<string, string>;
}

const nameAndBrace = /([a-zA-Z_:][\w:]*)[ \t]*(\{[ \t]*)?/y;
const labelPair = /([a-zA-Z_]\w*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(?:,[ \t]*|(?=\}))/y;
const endOfLabels = /\}[ \t]*/y;
// A timestamp and an exemplar may follow; neither is of use here.
const valueToEnd = /(\S+)(?:[ \t]+[+-]?[\d.]+(?:e[+-]?\d+)?)?[ \t]*(?:#.*)?$/iy;
const metadata = /^#[ \t]+(HELP|TYPE)[ \t]+([a-zA-Z_:][\w:]*)(?:[ \t]+(\S*))?/;

/**
 * Takes a scrape apart: the text format of Prometheus (0.0.4), and OpenMetrics.
 *
 * As Prometheus does, it refuses the whole scrape for one line that it cannot read. Throws an {@link AnswerFault}.
 */
export function parseExposition(text: string): Exposition {
  const samples: ExpositionSample[] = [];
  const types = new Map<string, string>();
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "") continue;
    if (!line.startsWith("#")) {
      samples.push(parseSample(line, index + 1));
      continue;
    }
    const [, keyword, name, type] = metadata.exec(line) ?? [];
    if (name === undefined) continue;
    if (keyword === "TYPE") types.set(name, (type ?? "").toLowerCase());
    else if (!types.has(name)) types.set(name, "");
  }
  return { samples, types };
}

function parseSample(line: string, number: number): ExpositionSample {
  let place = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = place;
    const match = pattern.exec(line);
    if (match) place = pattern.lastIndex;
    return match;
  };
  const [, name, brace] = take(nameAndBrace) ?? [];
  const labels = new Map<string, string>();
  let isWhole = name !== undefined;
  if (brace !== undefined) {
    for (let pair = take(labelPair); pair; pair = take(labelPair)) labels.set(pair[1] ?? "", unescape(pair[2] ?? ""));
    isWhole = take(endOfLabels) !== null;
  }
  const value = isWhole ? parseSampleNumber(take(valueToEnd)?.[1] ?? "") : undefined;
  if (name === undefined || value === undefined) throw new AnswerFault(`has no metric in line ${number}`);
  return { name, labels, value };
}

function unescape(text: string): string {
  return text.includes("\\")
    ? text.replace(/\\(.)/g, (whole, char: string) =>
        char === "n" ? "\n" : char === "\\" || char === '"' ? char : whole,
      )
    : text;
}
