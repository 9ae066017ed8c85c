import * as z from "zod";
import type { NegativeDecision } from "../decision/status.js";
import type { Duration } from "./duration.js";
import { parsePublicConfig, positiveDurationSchema } from "./gate-config.js";

/** How a gate is run, and what its answers mean. Whether a gate is required is said by the combinators around it. */
export interface GateOptions {
  /** The decision when the gate failed. Each kind documents its default. */
  readonly onFail?: NegativeDecision;
  /** The decision when the gate errored or expired. @default "hold" */
  readonly onError?: NegativeDecision;
  /** How long the gate may take in all; after that it has expired. Each kind documents its default. */
  readonly timeout?: Duration;
  /** How old the finding may be when the run says promote; an older one is taken again. @default as old as it likes */
  readonly freshFor?: Duration;
  /**
   * How old the finding may be when the verdict is consumed. Longer than `freshFor` where whoever ships comes later than the
   * verdict. @default as old as `freshFor` says
   */
  readonly consumableFor?: Duration;
  /**
   * How long the run waits for somebody to waive the gate, where it did not promote: "fix it now, or go on and fix it later?" What
   * the gate found stays as it was. @default it does not wait
   */
  readonly waivable?: Duration;
}

/** What a kind of gate says where its user says nothing. */
export interface GateDefaults<Config> {
  /** @default "hold" */
  readonly onFail?: NegativeDecision;
  /** @default "5m" */
  readonly timeout?: Duration | ((config: Config) => Duration);
}

/** What a negative answer may mean, as part of a config. */
export const negativeDecisionSchema = z.enum(["hold", "rollback"], {
  error: 'expected "hold" or "rollback": nothing but evidence promotes',
});

const schema = z.strictObject({
  onFail: negativeDecisionSchema.optional(),
  onError: negativeDecisionSchema.optional(),
  timeout: positiveDurationSchema.optional(),
  freshFor: positiveDurationSchema.optional(),
  consumableFor: positiveDurationSchema.optional(),
  waivable: positiveDurationSchema.optional(),
});

/** Options as they are used: durations in milliseconds, nothing unknown. */
export type ParsedGateOptions = z.output<typeof schema>;

/** Checks a gate's options. Throws a `GateError` with code `GATE_CONFIG_INVALID`. */
export function parseOptions(kind: string, name: string, options: unknown): ParsedGateOptions {
  return parsePublicConfig(kind, name, schema, options ?? {}, "options");
}
