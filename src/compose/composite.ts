import * as z from "zod";
import type { Need } from "../decision/tally.js";
import type { Duration } from "../gate/duration.js";
import { isGate, type CompositeGate, type Gate } from "../gate/gate.js";
import { parsePublicConfig, parseName, positiveDurationSchema } from "../gate/gate-config.js";
import { assertDistinctNames } from "../gate/path.js";
import { sharingChance } from "./sharing-chance.js";

/** How a composite is run. */
export interface CompositeOptions {
  /** How long all gates inside may take together; what is unfinished then has expired. @default as long as the gates inside may take */
  readonly timeout?: Duration;
  /** How long the run waits for somebody to waive the composite, where it did not promote. @default it does not wait */
  readonly waivable?: Duration;
}

/** A gate, as part of a config. */
export const gateSchema = z.custom<Gate>(isGate, { error: "expected a gate" });

/** A gate that decides, as part of a config. */
export const decidingGateSchema = gateSchema.refine((gate) => gate.form !== "advisory", {
  error: "expected a gate that decides; put `advisory` outside",
});

const gatesSchema = z
  .array(gateSchema, { error: "expected a list of gates" })
  .min(1, { error: "expected at least one gate: nothing checked is nothing promoted" });

const optionsSchema = z.strictObject({
  timeout: positiveDurationSchema.optional(),
  waivable: positiveDurationSchema.optional(),
});

/** Makes a composite; the combinators say which. */
export function composite(
  kind: string,
  name: string,
  gates: readonly Gate[],
  options: CompositeOptions | undefined,
  { need, inOrder }: { readonly need: Need; readonly inOrder: boolean },
): CompositeGate {
  const gateName = parseName(kind, name);
  const { timeout, waivable } = parsePublicConfig(kind, gateName, optionsSchema, options ?? {}, "options");
  parsePublicConfig(kind, gateName, gatesSchema, gates);
  if (need !== "all") parsePublicConfig(kind, gateName, needSchema(gates.length), need);
  assertDistinctNames(gates, gateName);
  return {
    form: "composite",
    kind,
    name: gateName,
    gates: sharingChance(gates),
    need,
    inOrder,
    ...(timeout === undefined ? {} : { timeoutMs: timeout }),
    ...(waivable === undefined ? {} : { waivableMs: waivable }),
  };
}

function needSchema(size: number) {
  const error = `expected how many of the ${size} gates must promote: a whole number from 1 to ${size}`;
  return z.int({ error }).min(1, { error }).max(size, { error });
}
