import * as z from "zod";
import type { NegativeDecision } from "../decision/status.js";
import { formatMs, type Duration } from "../gate/duration.js";
import type { CheckGate, Gate, RepeatedGate } from "../gate/gate.js";
import { parsePublicConfig, positiveDurationSchema } from "../gate/gate-config.js";
import { decidingGateSchema } from "./composite.js";

/** What `steady` and `watch` have in common. */
export interface RepeatConfig {
  /** From the start of one round to the start of the next; a round that takes longer delays the next. */
  readonly every: Duration;
  /** The decision when no round could answer. @default "hold" */
  readonly onError?: NegativeDecision;
  /** How old the answer may be when the run says promote; an older one is taken again. @default what the gates inside say */
  readonly freshFor?: Duration;
  /** How old the answer may be when the verdict is consumed. @default what the gates inside say, else as old as `freshFor` says */
  readonly consumableFor?: Duration;
  /**
   * How long the run waits for somebody to waive the gate, where it did not promote. Rounds are not waived: it stands here, and not
   * on the gates inside. @default it does not wait
   */
  readonly waivable?: Duration;
}

const shared = {
  every: positiveDurationSchema,
  onError: z.enum(["hold", "rollback"]).optional(),
  freshFor: positiveDurationSchema.optional(),
  consumableFor: positiveDurationSchema.optional(),
  waivable: positiveDurationSchema.optional(),
};

const watchSchema = z.strictObject(shared);

const steadySchema = z
  .strictObject({ ...shared, for: positiveDurationSchema, timeout: positiveDurationSchema.optional() })
  .refine((config) => config.timeout === undefined || config.timeout >= config.for, {
    path: ["timeout"],
    error: "expected a timeout of at least `for`: a shorter one can never pass",
  })
  .refine((config) => config.every <= config.for, {
    path: ["every"],
    error: "expected at most `for`: nobody sees what happens between two rounds",
  });

/** Checks the config of a `watch`. */
export function parseWatch(gate: Gate, config: unknown) {
  return parseRepeat("watch", gate, watchSchema, config);
}

/** Checks the config of a `steady`. */
export function parseSteady(gate: Gate, config: unknown) {
  return parseRepeat("steady", gate, steadySchema, config);
}

function parseRepeat<Config extends z.output<typeof watchSchema>>(
  kind: string,
  gate: Gate,
  schema: z.ZodType<Config>,
  config: unknown,
) {
  parsePublicConfig(kind, gate?.name ?? "", repeatableGateSchema(kind), gate);
  const parsed = parsePublicConfig(kind, gate.name, schema, config);
  const freshForMs = parsed.freshFor ?? shortestInside(gate, (inner) => inner.freshForMs);
  const consumableForMs = parsed.consumableFor ?? (parsed.freshFor === undefined ? consumableInside(gate) : undefined);
  return {
    parsed,
    common: {
      form: "repeated" as const,
      name: gate.name,
      gate,
      everyMs: parsed.every,
      onError: parsed.onError ?? ("hold" as const),
      ...(freshForMs === undefined ? {} : { freshForMs }),
      ...(consumableForMs === undefined ? {} : { consumableForMs }),
      ...(parsed.waivable === undefined ? {} : { waivableMs: parsed.waivable }),
    },
    shown: { every: formatMs(parsed.every) },
  };
}

function repeatableGateSchema(kind: string) {
  return decidingGateSchema.refine((gate) => !isWaivableInside(gate), {
    error: `expected no \`waivable\` inside: nobody waives a round; put it on the ${kind}`,
  });
}

function isWaivableInside(gate: Gate): boolean {
  switch (gate.form) {
    case "check":
      return gate.waivableMs !== undefined;
    case "composite":
      return gate.waivableMs !== undefined || gate.gates.some(isWaivableInside);
    case "repeated":
      return gate.waivableMs !== undefined || isWaivableInside(gate.gate);
    case "advisory":
    case "conditional":
      return isWaivableInside(gate.gate);
  }
}

type Lasting = CheckGate | RepeatedGate;

// Where no gate inside says it, it is as long as they are fresh.
function consumableInside(gate: Gate): number | undefined {
  if (shortestInside(gate, (inner) => inner.consumableForMs) === undefined) return undefined;
  return shortestInside(gate, (inner) => inner.consumableForMs ?? inner.freshForMs);
}

/** The shortest time of the gates inside: repeating a gate does not make its answer last longer. */
function shortestInside(gate: Gate, timeOf: (gate: Lasting) => number | undefined): number | undefined {
  switch (gate.form) {
    case "check":
    case "repeated":
      return timeOf(gate);
    case "conditional":
      return shortestInside(gate.gate, timeOf);
    case "advisory":
      return undefined;
    case "composite": {
      const inside = gate.gates.map((inner) => shortestInside(inner, timeOf)).filter((ms) => ms !== undefined);
      return inside.length === 0 ? undefined : Math.min(...inside);
    }
  }
}
