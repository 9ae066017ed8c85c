import type { Sample } from "../../gate/gate-context.js";
import { toJson } from "../../gate/to-json.js";

const statuses: ReadonlySet<unknown> = new Set(["good", "bad", "unknown"]);

/**
 * A copy of a sample, as the record can hold it: a gate may be written in JavaScript, and a record that is no record proves nothing.
 *
 * A value that is no finite number becomes null. Throws a `TypeError` that names the gate and the field.
 */
export function checkedSample(gate: string, sample: Sample): Sample {
  const { name, at, status, value } = sample;
  const refuse = (field: string, expected: string) =>
    new TypeError(`Gate "${gate}" measured a sample whose ${field} is no ${expected}.`);
  if (typeof name !== "string" || name === "") throw refuse("name", "text");
  if (!Number.isFinite(at) || Math.abs(at) > maxTimeMs) throw refuse("at", "time in milliseconds since the epoch");
  if (!statuses.has(status)) throw refuse("status", '"good", "bad" or "unknown"');
  const finite = typeof value === "number" && Number.isFinite(value) ? value : null;
  return toJson({ ...sample, value: finite }) as unknown as Sample;
}

/** The last instant that a Date can hold. */
const maxTimeMs = 8_640_000_000_000_000;
