import type { GateContext } from "../../gate/gate-context.js";
import { GateError, isGateError, type GateErrorCode } from "../../gate/gate-error.js";
import type { JsonObject } from "../../gate/json.js";
import { redactJson } from "../../gate/redact.js";
import { readRecorded, recordReading } from "./metric-reading.js";
import type { MetricReading, MetricSource } from "./metric-source.js";

/** What a source answered, or why it did not. */
export type SourceAnswer =
  | { readonly reading: MetricReading }
  | {
      readonly error: Error;
      /** Where counters stand, though it is too late for the sample: what comes after is compared with this. */
      readonly totals?: JsonObject;
    };

/** One question to a source. */
export interface SourceQuestion {
  readonly source: MetricSource;
  /** The step's name. */
  readonly name: string;
  /** The instant, in milliseconds since the epoch. */
  readonly at: number;
  /** Where the window begins that is asked for. Milliseconds since the epoch. */
  readonly from?: number;
  /** Whether a failure is retried. */
  readonly isPatient: boolean;
}

/**
 * Asks a source once, as a step of a gate.
 *
 * A source that fails is an answer. Throws where the gate is no longer needed, and where a replay's record has no answer.
 */
export async function askSource(
  { step }: Pick<GateContext<unknown, unknown>, "step">,
  { source, name, at, from, isPatient }: SourceQuestion,
): Promise<SourceAnswer> {
  const time = from === undefined ? { at } : { at, from };
  try {
    const recorded = await step(
      name,
      async ({ signal }) => recordReading(source, await source.read({ signal, ...time })),
      // Without secrets already here: a replay compares it with what the record kept.
      { input: redactJson(source.description), ...(isPatient ? {} : { retry: false as const }) },
    );
    return { reading: readRecorded(recorded) };
  } catch (error) {
    return asAnswer(error);
  }
}

/** Compares two readings of totals. A source that cannot is an answer, too. */
export function askBetween(source: MetricSource, earlier: JsonObject, later: JsonObject): SourceAnswer {
  try {
    if (source.between) {
      return { reading: readRecorded(recordReading(source, source.between(earlier, later))) };
    }
    const message = `${source.name} reads totals, and does not say how they are compared: it has no "between".`;
    throw new GateError("SOURCE_FAILED", message, { source: source.name, isRetryable: false });
  } catch (error) {
    return asAnswer(error);
  }
}

const faultsOfSources: ReadonlySet<GateErrorCode> = new Set(["SOURCE_FAILED", "STEP_TIMEOUT", "STEP_VALUE_INVALID"]);

function asAnswer(error: unknown): SourceAnswer {
  // What a source of somebody else throws may be anything; a GateError of another kind is about the gate.
  if (isGateError(error) && !faultsOfSources.has(error.code)) throw error;
  return { error: error instanceof Error ? error : new Error("a value that is no error was thrown") };
}
