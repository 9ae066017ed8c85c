import type { MetricSource } from "../gates/metric-threshold/metric-source.js";

/** The metric sources in a gate's settings, wherever they stand. */
export function metricSourcesIn(settings: unknown): readonly MetricSource[] {
  const sources = new Set<MetricSource>();
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (isMetricSource(value)) return void sources.add(value);
    if (!isContainer(value) || seen.has(value)) return;
    seen.add(value);
    for (const item of Object.values(value)) visit(item);
  };
  visit(settings);
  return [...sources];
}

/** The settings with other sources in the places of theirs. What holds none of them is left as it is. */
export function replaceMetricSources(
  settings: unknown,
  replacements: ReadonlyMap<MetricSource, MetricSource>,
): unknown {
  // By what was copied: settings may refer to one object twice, or to themselves.
  const copies = new Map<unknown, unknown>();
  const copy = (value: unknown): unknown => {
    if (isMetricSource(value)) return replacements.get(value);
    if (!isContainer(value)) return value;
    if (copies.has(value)) return copies.get(value);
    const same: unknown[] | Record<string, unknown> = Array.isArray(value) ? [] : {};
    copies.set(value, same);
    for (const [key, item] of Object.entries(value)) {
      Object.defineProperty(same, key, { value: copy(item), enumerable: true, configurable: true, writable: true });
    }
    return same;
  };
  return replacements.size === 0 ? settings : copy(settings);
}

function isMetricSource(value: unknown): value is MetricSource {
  if (typeof value !== "object" || value === null) return false;
  const { name, description, read } = value as Partial<MetricSource>;
  return typeof name === "string" && typeof description === "object" && typeof read === "function";
}

// Objects of a class keep what they are made of to themselves.
function isContainer(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
