import * as z from "zod";
import { canonicalJson } from "../../gate/fingerprint.js";
import { durationSchema, positiveDurationSchema } from "../../gate/gate-config.js";
import type { StandardSchemaV1 } from "../../gate/standard-schema.js";
import { armSchemas, type ArmSources } from "./arm-config.js";
import type { Direction, MetricComparisonConfig } from "./metric-comparison-config.js";

/** {@link MetricComparisonConfig}, as its schema returns it. */
export interface ComparisonSettings {
  readonly kind: MetricComparisonConfig["kind"];
  readonly canary: ArmSources;
  readonly baseline: ArmSources;
  readonly metric: string;
  readonly unit?: string;
  readonly direction: Direction;
  readonly margin: { readonly relative: number; readonly absolute: number };
  /** As it is used: the gate's part of the chance that comparisons share. */
  readonly alpha: number;
  readonly beta: number;
  /** How many comparisons share a chance of a false rollback, this one included. */
  readonly sharedBy: number;
  readonly bursty: boolean;
  readonly detect?: number;
  readonly quantile?: number;
  readonly minTraffic?: number;
  readonly split?: { readonly share: number; readonly tolerance: number };
  readonly everyMs: number;
  readonly warmupMs: number;
  readonly lagMs: number;
  /** How many windows there are at the most. */
  readonly planned: number;
  readonly toleratedDrops: number;
}

const errorRate = z.number().gt(0).max(0.5).default(0.05);
const share = z.number().gt(0).lt(1);
const unit = z.string().min(1).max(20).optional();
const direction = z.enum(["higherIsWorse", "lowerIsWorse"]).default("higherIsWorse");
const maxWindows = 100_000;

const common = {
  metric: z.string().min(1).max(100).default("the value"),
  margin: z
    .strictObject({ relative: z.number().min(1).default(1), absolute: z.number().min(0).default(0) })
    .default({ relative: 1, absolute: 0 }),
  every: positiveDurationSchema.default(60_000),
  warmup: durationSchema.default(0),
  lag: durationSchema.default(0),
  for: positiveDurationSchema,
  alpha: errorRate,
  beta: errorRate,
  minTraffic: z.number().positive().optional(),
  split: z
    .union([share, z.strictObject({ share, tolerance: z.number().min(0).lt(1).default(0.1) })], {
      error: "expected the canary's share of all requests, above 0 and below 1, or { share, tolerance }",
    })
    .transform((value) => (typeof value === "number" ? { share: value, tolerance: 0.1 } : value))
    .optional(),
  tolerate: z.strictObject({ dropped: z.int().min(0).default(0) }).default({ dropped: 0 }),
};
const ofCounts = { bursty: z.boolean().default(false), detect: z.number().gt(1).optional() };

/** The fields of {@link MetricComparisonConfig}, before they are compared with one another. */
export const comparisonFields = z.discriminatedUnion(
  "kind",
  [
    z.strictObject({
      kind: z.literal("proportion"),
      canary: armSchemas.proportion,
      baseline: armSchemas.proportion,
      direction,
      ...ofCounts,
      ...common,
    }),
    z.strictObject({
      kind: z.literal("latency"),
      canary: armSchemas.latency,
      baseline: armSchemas.latency,
      ...ofCounts,
      ...common,
    }),
    z.strictObject({
      kind: z.literal("mean"),
      canary: armSchemas.mean,
      baseline: armSchemas.mean,
      unit,
      direction,
      ...common,
    }),
    z.strictObject({
      kind: z.literal("quantile"),
      canary: armSchemas.quantile,
      baseline: armSchemas.quantile,
      quantile: share,
      unit,
      ...common,
    }),
  ],
  { error: 'expected "proportion", "latency", "mean" or "quantile"' },
);

type Parsed = z.output<typeof comparisonFields>;
type AddIssue = (message: string, path?: readonly string[]) => void;

/** The schema of {@link MetricComparisonConfig}. */
export const comparisonSettings: StandardSchemaV1<MetricComparisonConfig, ComparisonSettings> = z
  .custom<MetricComparisonConfig>()
  // The type above is written for people; what holds is said by the fields.
  .transform((config): unknown => config)
  .pipe(comparisonFields)
  .transform((config, context): ComparisonSettings => {
    const addIssue: AddIssue = (message, path = []) => context.addIssue({ code: "custom", path: [...path], message });
    const { kind, metric, margin, alpha, beta, minTraffic, split, every, warmup, lag, tolerate } = config;
    const planned = plannedWindows(config, addIssue);
    checkArms(config, addIssue);
    checkMargin(config, addIssue);
    if (planned > 0 && tolerate.dropped >= planned) {
      addIssue(`tolerates everything: expected less than ${planned}, as so many windows are planned`, ["tolerate"]);
    }
    return {
      kind,
      canary: sourcesOf(config.canary),
      baseline: sourcesOf(config.baseline),
      metric,
      ...unitOf(config),
      direction: "direction" in config ? config.direction : "higherIsWorse",
      margin,
      alpha,
      beta,
      sharedBy: 1,
      bursty: "bursty" in config && config.bursty,
      ...("detect" in config && config.detect !== undefined ? { detect: config.detect } : {}),
      ...("quantile" in config ? { quantile: config.quantile } : {}),
      ...(minTraffic === undefined ? {} : { minTraffic }),
      ...(split === undefined ? {} : { split }),
      everyMs: every,
      warmupMs: warmup,
      lagMs: lag,
      planned,
      toleratedDrops: tolerate.dropped,
    };
  });

function unitOf(config: Parsed): Pick<ComparisonSettings, "unit"> {
  if (config.kind === "proportion" || config.kind === "latency") return { unit: "ratio" };
  return config.unit === undefined ? {} : { unit: config.unit };
}

function plannedWindows(config: Parsed, addIssue: AddIssue): number {
  const { for: forMs, every } = config;
  const planned = Math.floor(forMs / every);
  // Before so many windows the tests that estimate a variance say nothing.
  const least = config.kind === "mean" ? 10 : "bursty" in config && config.bursty ? 8 : 1;
  if (planned > maxWindows) addIssue(`expected at most ${maxWindows} windows; got ${planned}`, ["for"]);
  if (planned < least) {
    addIssue(`can never decide: needs at least ${least} windows of ${every} ms, and ${planned} are planned`, ["for"]);
  }
  return planned;
}

/** Two arms that ask the same, or counts that are one another, would compare something with itself. */
function checkArms({ canary, baseline, minTraffic, split, lag }: Parsed, addIssue: AddIssue): void {
  const asked = new Map<string, string>();
  for (const [arm, sources] of Object.entries({ canary, baseline })) {
    for (const [role, source] of Object.entries(sourcesOf(sources))) {
      const question = canonicalJson(source.description);
      const before = asked.get(question);
      if (before === undefined) asked.set(question, `${arm}.${role}`);
      else addIssue(`asks the same as ${before}: it would be compared with itself`, [arm, role]);
      if (lag > 0 && source.looksBack !== true)
        addIssue(`needs sources that look back, and ${arm}.${role} does not`, ["lag"]);
    }
  }
  const countsRequests = [canary, baseline].map(sourcesOf).every((arm) => arm.total ?? arm.samples);
  const needs = minTraffic === undefined ? (split === undefined ? undefined : "split") : "minTraffic";
  if (needs !== undefined && !countsRequests) addIssue("needs a total in both arms, to count their requests", [needs]);
}

function checkMargin({ kind, margin, ...config }: Parsed, addIssue: AddIssue): void {
  const isShareThatMustNotFall = kind === "proportion" && "direction" in config && config.direction === "lowerIsWorse";
  if (isShareThatMustNotFall && margin.relative !== 1) {
    addIssue("expected an absolute margin for a share that must not fall; or count what must not rise", [
      "margin",
      "relative",
    ]);
  }
}

function sourcesOf(arm: Parsed["canary"]): ArmSources {
  return Object.fromEntries(Object.entries(arm).filter(([, source]) => source !== undefined));
}
