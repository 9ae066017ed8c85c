import type { Json, JsonObject } from "../../gate/json.js";
import { redacted } from "../../gate/redact.js";

/** What is shown of rows. */
export interface SampleOptions {
  /** How many rows. */
  readonly maxShown: number;
  /** Columns whose values are not shown. */
  readonly redact: readonly string[];
}

const maxText = 500;
// A step's value may have 256 KiB; wide rows must not turn a finding into an error.
const maxSampleBytes = 65_536;

/** Returns the first rows as they may be shown: some columns hidden, long values cut, and not much of all. */
export function sampleRows<Row, Shown>(
  rows: readonly Row[],
  { maxShown }: SampleOptions,
  show: (row: Row) => Shown,
): readonly Shown[] {
  const sample: Shown[] = [];
  let rest = maxSampleBytes;
  for (const row of rows.slice(0, maxShown)) {
    const shown = show(row);
    rest -= Buffer.byteLength(JSON.stringify(shown));
    if (rest < 0) break;
    sample.push(shown);
  }
  return sample;
}

/** A row as it may be shown. */
export function shownRow(row: JsonObject, { redact }: SampleOptions): JsonObject {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, redact.includes(column) ? redacted : shownValue(value)]),
  );
}

/** A text, cut where it is long. */
export function shownText(text: string, max: number = maxText): string {
  if (text.length <= max) return text;
  // Not through the middle of a character.
  return `${text.slice(0, max).replace(/[\uD800-\uDBFF]$/, "")}… (${text.length} characters)`;
}

function shownValue(value: Json): Json {
  if (typeof value === "string") return shownText(value);
  if (typeof value !== "object" || value === null) return value;
  const text = JSON.stringify(value);
  return text.length <= maxText ? value : shownText(text);
}
