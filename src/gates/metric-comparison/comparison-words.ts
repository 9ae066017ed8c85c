import { formatValue } from "../metric-threshold/format-value.js";
import type { ComparisonSettings } from "./comparison-settings.js";

type Worded = Pick<ComparisonSettings, "unit" | "margin" | "direction">;

/** What is accepted, in words that follow "expected": `at most 0.25 points more than the baseline`. */
export function expectedText({ margin: { relative, absolute }, ...worded }: Worded): string {
  const isFlipped = worded.direction === "lowerIsWorse";
  const than = isFlipped ? "less" : "more";
  if (relative === 1) {
    const howMuch = absolute === 0 ? "no" : `at most ${formatDifference(absolute, worded)}`;
    return `${howMuch} ${than} than the baseline`;
  }
  const line = toleratedText({ relative, isFlipped });
  const rest = absolute === 0 ? "" : ` ${isFlipped ? "minus" : "plus"} ${formatDifference(absolute, worded)}`;
  return `${isFlipped ? "at least" : "at most"} ${line}${rest}`;
}

/** How much worse the canary is, between two ends of which one may be open: `worse by at least 0.4 points`. */
export function worseText(
  [lower, upper]: readonly [number | null, number | null],
  { margin: { relative }, ...worded }: Worded,
): string {
  const isFlipped = worded.direction === "lowerIsWorse";
  const worse = relative === 1 ? "worse" : `${isFlipped ? "below" : "above"} ${toleratedText({ relative, isFlipped })}`;
  const write = (value: number) => formatDifference(value, worded);
  if (lower !== null && upper !== null) return `${worse} by between ${bare(lower, worded)} and ${write(upper)}`;
  if (lower === null && upper !== null && upper < 0 && relative === 1) return `better by at least ${write(-upper)}`;
  if (lower !== null) return `${worse} by at least ${write(lower)}`;
  return upper === null ? "by how much is open" : `${worse} by at most ${write(upper)}`;
}

function bare(value: number, { unit }: Pick<Worded, "unit">): string {
  return formatValue(unit === "ratio" ? 100 * value : value, undefined);
}

function toleratedText({ relative, isFlipped }: { readonly relative: number; readonly isFlipped: boolean }): string {
  const factor = formatValue(relative, undefined);
  return isFlipped ? `1/${factor} of the baseline` : `${factor} times the baseline`;
}

/** Writes a value of an arm. */
export function formatEstimate(value: number | null, { unit }: Pick<Worded, "unit">): string {
  return value === null ? "unknown" : formatValue(value, unit);
}

/** Writes a difference: of shares in percentage points, as "1 % more" may be taken for a hundredth. */
export function formatDifference(value: number, { unit }: Pick<Worded, "unit">): string {
  return unit === "ratio" ? formatValue(100 * value, "points") : formatValue(value, unit);
}
