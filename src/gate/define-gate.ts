import type { CheckResult } from "./finding.js";
import type { CheckGate } from "./gate.js";
import type { GateContext } from "./gate-context.js";
import { parseName, parseConfig } from "./gate-config.js";
import { parseDefinition } from "./parse-definition.js";
import { parseOptions, type GateDefaults, type GateOptions } from "./gate-options.js";
import { toMs } from "./duration.js";
import type { JsonObject } from "./json.js";
import { publicConfig } from "./public-config.js";
import type { Release } from "./release.js";
import type { InferInput, InferOutput, StandardSchemaV1 } from "./standard-schema.js";
import type { HoldsAnswer, HoldsContext, PassedFinding } from "./still-holds.js";
import type { LateAnswer, TakenBack } from "./taken-back.js";

/** What a kind of gate is: its schemas, and how it looks at the world. */
export interface GateDefinition<
  Kind extends string,
  ConfigSchema extends StandardSchemaV1,
  EvidenceSchema extends StandardSchemaV1,
> {
  /** The kind's name, in kebab-case, for example `queue-depth`. */
  readonly kind: Kind;
  /** What the gate needs. Any Standard Schema; make it strict, so that typos are refused. */
  readonly config: ConfigSchema;
  /** What the gate saw. Types `pass`, `fail` and `inconclusive`, and is checked when `check` returns. */
  readonly evidence: EvidenceSchema;
  /** What holds where the user of the gate says nothing. */
  readonly defaults?: GateDefaults<InferOutput<ConfigSchema>>;
  /** The config of one of `count` gates that share a chance of a false rollback: see {@link CheckGate.among}. @default there is none */
  readonly among?: (config: InferOutput<ConfigSchema>, count: number) => InferOutput<ConfigSchema>;
  /** Why no answer could make the gate pass for a release: see {@link CheckGate.assess}. @default one always could */
  readonly assess?: (config: InferOutput<ConfigSchema>, release: Release) => string | undefined;
  /** Gates beside it whose findings it looks at, for each field that names some: see {@link CheckGate.reliesOn}. @default none */
  readonly reliesOn?: (config: InferOutput<ConfigSchema>) => Readonly<Record<string, readonly string[]>>;
  /** Whether a pass is still so just before the run promotes: see {@link CheckGate.stillHolds}. @default it is, for as long as it is fresh */
  readonly stillHolds?: (
    context: HoldsContext<InferOutput<ConfigSchema>>,
    passed: PassedFinding<InferOutput<EvidenceSchema>>,
  ) => HoldsAnswer | Promise<HoldsAnswer>;
  /** What somebody takes back after it has passed: see {@link CheckGate.takesBack}. @default nobody may */
  readonly takesBack?: (
    late: LateAnswer<InferOutput<ConfigSchema>>,
    passed: PassedFinding<InferOutput<EvidenceSchema>>,
  ) => TakenBack<InferOutput<EvidenceSchema>> | undefined;
  /** What of the config may be shown. @default all of it that is JSON, credentials removed */
  readonly describe?: (config: InferOutput<ConfigSchema>) => JsonObject;
  /** Looks at the world, and answers. What it throws makes the gate `errored`. */
  readonly check: (
    context: GateContext<InferOutput<ConfigSchema>, InferOutput<EvidenceSchema>>,
  ) => CheckResult<InferOutput<EvidenceSchema>> | Promise<CheckResult<InferOutput<EvidenceSchema>>>;
}

/** Makes a gate of one kind. Throws a `GateError` with code `GATE_CONFIG_INVALID` for anything it cannot use. */
export type GateFactory<Kind extends string, Config, Evidence> = (
  name: string,
  config: Config,
  options?: GateOptions,
) => CheckGate<Kind, Evidence>;

const defaultTimeout = "5m";

/**
 * Defines a kind of gate, and returns the function that makes gates of it.
 *
 * @example
 * ```ts
 * import * as z from "zod";
 * import { defineGate } from "release-gates";
 *
 * const queueDepth = defineGate({
 *   kind: "queue-depth",
 *   config: z.strictObject({ url: z.url(), max: z.int().positive() }),
 *   evidence: z.object({ depth: z.int() }),
 *   async check({ config, step, pass, fail }) {
 *     const depth = await step("depth", async ({ signal }) => {
 *       const answer = await fetch(config.url, { signal });
 *       return Number(await answer.text());
 *     });
 *     return depth <= config.max ? pass(`depth ${depth}`, { depth }) : fail(`depth ${depth} > ${config.max}`, { depth });
 *   },
 * });
 *
 * export const backlog = queueDepth("orders backlog", { url: "http://queues.internal/orders/depth", max: 100 });
 * ```
 */
export function defineGate<
  const Kind extends string,
  ConfigSchema extends StandardSchemaV1,
  EvidenceSchema extends StandardSchemaV1,
>(
  definition: GateDefinition<Kind, ConfigSchema, EvidenceSchema>,
): GateFactory<Kind, InferInput<ConfigSchema>, InferOutput<EvidenceSchema>> {
  const { kind, defaults, describe = publicConfig, among, assess, reliesOn } = parseDefinition(definition);
  const { stillHolds, takesBack } = definition;
  return (name, config, options) => {
    const gateName = parseName(kind, name);
    const settings = parseConfig(kind, gateName, definition.config, config) as InferOutput<ConfigSchema>;
    const { onFail, onError, timeout, freshFor, consumableFor, waivable } = parseOptions(kind, gateName, options);
    const standardTimeout = typeof defaults?.timeout === "function" ? defaults.timeout(settings) : defaults?.timeout;
    const make = (own: typeof settings): CheckGate<Kind, InferOutput<EvidenceSchema>> => ({
      form: "check",
      kind,
      name: gateName,
      config: describe(own),
      settings: own,
      onFail: onFail ?? defaults?.onFail ?? "hold",
      onError: onError ?? "hold",
      timeoutMs: timeout ?? toMs(standardTimeout ?? defaultTimeout),
      ...(freshFor === undefined ? {} : { freshForMs: freshFor }),
      ...(consumableFor === undefined ? {} : { consumableForMs: consumableFor }),
      ...(waivable === undefined ? {} : { waivableMs: waivable }),
      evidence: definition.evidence,
      check: definition.check,
      ...(reliesOn && { reliesOn: reliesOn(own) }),
      ...(stillHolds && { stillHolds }),
      ...(takesBack && { takesBack }),
      ...(assess && { assess: (release: Release) => assess(own, release) }),
      // Always of the config as it was given: a composite inside another one has asked before.
      ...(among && { among: (count: number) => make(among(settings, count)) }),
    });
    return make(settings);
  };
}
