import * as z from "zod";
import { isGate, type Gate } from "./gate.js";
import { parseName, parseConfig, parsePublicConfig } from "./gate-config.js";
import { GateError } from "./gate-error.js";
import type { Json } from "./json.js";
import type { Release } from "./release.js";
import {
  formatIssues,
  isStandardSchema,
  type InferInput,
  type InferOutput,
  type StandardSchemaV1,
} from "./standard-schema.js";

const partsSchema = z.strictObject({
  build: z.custom((value) => typeof value === "function", { error: "expected a function that builds the gate" }),
  input: z.custom(isStandardSchema, { error: "expected a Standard Schema, such as one of zod" }).optional(),
});

/** A named function from a release, and typed input, to a gate: what is reused, fingerprinted, drawn and tested. */
export interface Plan<Input = undefined> {
  readonly form: "plan";
  readonly name: string;
  /** Builds the gate. Throws a `GateError` where the input, or a gate's config, is wrong. */
  build(release: Release, input: Input): Gate;
}

/** Which plan, and which gates it came to. */
export interface PlanIdentity {
  readonly name: string;
  /** The SHA-256 of the description of its gates. */
  readonly fingerprint: string;
  readonly input?: Json;
}

/**
 * Names a function from a release and typed input to a gate.
 *
 * @example
 * ```ts
 * import * as z from "zod";
 * import { allOf, healthProbe, plan } from "release-gates";
 *
 * export const standard = plan("standard", { input: z.strictObject({ host: z.string() }) }, (release, { host }) =>
 *   allOf(`release ${release.version}`, [healthProbe("api", { http: `https://${host}/healthz` })]),
 * );
 * ```
 */
export function plan<InputSchema extends StandardSchemaV1>(
  name: string,
  options: { readonly input: InputSchema },
  build: (release: Release, input: InferOutput<InputSchema>) => Gate,
): Plan<InferInput<InputSchema>>;
export function plan(name: string, build: (release: Release) => Gate): Plan;
export function plan(
  name: string,
  ...rest:
    | readonly [options: { readonly input: StandardSchemaV1 }, build: (release: Release, input: unknown) => Gate]
    | readonly [build: (release: Release) => Gate]
): Plan<unknown> {
  const planName = parseName("plan", name);
  const [options, build] = rest.length === 2 ? rest : [undefined, rest[0]];
  parsePublicConfig("plan", planName, partsSchema, { build, ...(options as object | undefined) });
  return {
    form: "plan",
    name: planName,
    build(release, input) {
      const gate = build(release, parseInput(planName, options?.input, input));
      if (isGate(gate)) return gate;
      const isPromise = (gate as unknown) instanceof Promise;
      // Nobody waits for it; its rejection must not end the process.
      Promise.resolve<unknown>(gate).catch(() => {});
      const instead = isPromise ? ", and no promise of one" : "";
      throw new GateError("RUN_INPUT_INVALID", `Plan "${planName}" must return a gate${instead}.`, { issues: [] });
    },
  };
}

function parseInput(planName: string, schema: StandardSchemaV1 | undefined, input: unknown): unknown {
  if (schema) {
    try {
      return parseConfig("plan", planName, schema, input);
    } catch (error) {
      if (!(error instanceof GateError) || !("issues" in error.details)) throw error;
      const { issues } = error.details;
      throw new GateError("RUN_INPUT_INVALID", `Invalid input for plan "${planName}": ${formatIssues(issues)}`, {
        issues,
      });
    }
  }
  if (input === undefined) return undefined;
  throw new GateError("RUN_INPUT_INVALID", `Plan "${planName}" takes no input.`, { issues: [] });
}
