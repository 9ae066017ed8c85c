import type { JsonObject } from "../../gate/json.js";
import { askBetween, type SourceAnswer } from "./ask-source.js";
import type { MetricSource } from "./metric-source.js";

/** What later answers are compared with: totals, or the answer that should have been totals. */
export type Baseline = { readonly totals: JsonObject } | { readonly missing: SourceAnswer };

/** What the first answer of a source leaves to compare with. */
export function baselineOf(answer: SourceAnswer): Baseline {
  if ("reading" in answer && answer.reading.kind === "totals") return answer.reading;
  return lateBaseline(answer) ?? { missing: answer };
}

/**
 * Turns an answer into one that can be judged: totals are compared with the ones before.
 *
 * After an answer without totals the comparison spans it. Where there is nothing to compare with yet, the answer is what came
 * instead of it: an outage at the beginning is an error, and no silence.
 */
export function compareReadings(
  source: MetricSource,
  baseline: Baseline | undefined,
  answer: SourceAnswer,
): { readonly answer: SourceAnswer; readonly baseline: Baseline | undefined } {
  if ("error" in answer || answer.reading.kind !== "totals")
    return { answer, baseline: lateBaseline(answer) ?? baseline };
  const { totals, warnings = [] } = answer.reading;
  if (baseline && "missing" in baseline) return { answer: baseline.missing, baseline: { totals } };
  const compared = askBetween(source, baseline?.totals ?? totals, totals);
  if ("error" in compared || warnings.length === 0) return { answer: compared, baseline: { totals } };
  const reading = { ...compared.reading, warnings: [...warnings, ...(compared.reading.warnings ?? [])] };
  return { answer: { reading }, baseline: { totals } };
}

/** What happened until an answer that came too late is not one sample's; it ends here. */
function lateBaseline(answer: SourceAnswer): Baseline | undefined {
  return "error" in answer && answer.totals ? { totals: answer.totals } : undefined;
}
