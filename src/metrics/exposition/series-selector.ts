import * as z from "zod";
import { parseSourceOptions } from "../source-options.js";
import { AnswerFault } from "../answer-fault.js";
import type { Exposition, ExpositionSample } from "./parse-exposition.js";

/** What labels must be: a text for exactly that, a RegExp for a match anywhere. A label that a series lacks is empty. */
export type LabelMatchers = Readonly<Record<string, string | RegExp>>;

/** Which series of a scrape are meant. Made by {@link counter}, {@link gauge} and {@link histogram}. */
export interface SeriesSelector<Type extends "counter" | "gauge" | "histogram"> {
  readonly type: Type;
  readonly name: string;
  readonly labels: LabelMatchers;
}

const schema = z.strictObject({
  name: z.string().regex(/^[a-zA-Z_:][\w:]*$/, { error: "expected a metric's name" }),
  labels: z.record(
    z.string().regex(/^[a-zA-Z_]\w*$/, { error: "expected a label's name" }),
    z.union([z.string(), z.instanceof(RegExp)], { error: "expected a text or a RegExp" }),
  ),
});

/** Names counters, by the name of their samples: `http_requests_total`. */
export function counter(name: string, labels: LabelMatchers = {}): SeriesSelector<"counter"> {
  return { type: "counter", ...parseSourceOptions("counter", schema, { name, labels }) };
}

/** Names gauges. */
export function gauge(name: string, labels: LabelMatchers = {}): SeriesSelector<"gauge"> {
  return { type: "gauge", ...parseSourceOptions("gauge", schema, { name, labels }) };
}

/** Names histograms, without `_bucket`: `http_request_duration_seconds`. */
export function histogram(name: string, labels: LabelMatchers = {}): SeriesSelector<"histogram"> {
  return { type: "histogram", ...parseSourceOptions("histogram", schema, { name, labels }) };
}

/** Writes a selector as PromQL does; a RegExp as JavaScript does. */
export function formatSelector({ name, labels }: Pick<SeriesSelector<"gauge">, "name" | "labels">): string {
  const matchers = Object.entries(labels).map(([label, matcher]) =>
    typeof matcher === "string" ? `${label}=${JSON.stringify(matcher)}` : `${label}=~${String(matcher)}`,
  );
  return matchers.length === 0 ? name : `${name}{${matchers.join(",")}}`;
}

/** Whether the scrape knows a metric, be it without a series yet. A name that it does not know may be a typo. */
export function isKnown({ samples, types }: Exposition, name: string): boolean {
  const family = name.replace(/_(?:total|bucket|count|sum)$/, "");
  return types.has(name) || types.has(family) || samples.some((sample) => sample.name === name);
}

/** Finds the series that are meant. Throws an {@link AnswerFault} where they are of another type. */
export function selectSamples(
  { samples, types }: Exposition,
  { type, name, labels }: SeriesSelector<"counter" | "gauge" | "histogram">,
): readonly ExpositionSample[] {
  const declared = types.get(name) ?? "";
  const isOther = type === "gauge" ? declared === "histogram" : knownTypes.has(declared) && declared !== type;
  if (isOther) throw new AnswerFault(`has ${name} as a ${declared}, and not as a ${type}`);
  const sampleName = type === "histogram" ? `${name}_bucket` : name;
  const matchers = Object.entries(labels).map(([label, matcher]) => [label, matcherOf(matcher)] as const);
  return samples.filter(
    (sample) =>
      sample.name === sampleName && matchers.every(([label, matches]) => matches(sample.labels.get(label) ?? "")),
  );
}

const knownTypes: ReadonlySet<string> = new Set(["counter", "gauge", "histogram", "summary"]);

function matcherOf(matcher: string | RegExp): (value: string) => boolean {
  if (typeof matcher === "string") return (value) => value === matcher;
  // Without the flags that make a RegExp remember where it was.
  const pattern = new RegExp(matcher.source, matcher.flags.replace(/[gy]/g, ""));
  return (value) => pattern.test(value);
}
