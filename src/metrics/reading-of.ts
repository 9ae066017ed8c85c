import type { MetricReading } from "../gates/metric-threshold/metric-source.js";
import { sourceFault } from "./source-fault.js";

/** What a function may say of a measurement: a number, null where there is none, or a reading that says more. */
export type Measured = number | null | MetricReading;

/** Makes a reading of what a function returned. Throws a `GateError` with code `SOURCE_FAILED` for what is none. */
export function readingOf(name: string, answer: Measured): MetricReading {
  if (typeof answer === "number") {
    return Number.isNaN(answer) ? { kind: "nan", detail: `${name} is NaN` } : { kind: "value", value: answer };
  }
  if (answer === null) return { kind: "no-data", detail: `${name} has no value` };
  // A function in JavaScript that forgets to return must not look like one without data.
  if (typeof answer === "object") return answer;
  const says = `returned ${typeof answer}; expected a number, null or a reading`;
  throw sourceFault(name, says, { isRetryable: false });
}
