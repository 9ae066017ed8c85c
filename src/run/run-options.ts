import * as z from "zod";
import type { Duration } from "../gate/duration.js";
import { positiveDurationSchema } from "../gate/gate-config.js";
import { GateError } from "../gate/gate-error.js";
import type { Release } from "../gate/release.js";
import { formatIssuesOf } from "../gate/standard-schema.js";
import { systemClock, type Clock } from "./host/clock.js";
import type { Host } from "./host/host.js";
import { isInboxKey } from "./inbox/inbox-key.js";
import { overrideRuleSchema, type OverrideRule } from "./overrides/override-rule.js";
import type { RecordStore } from "./record/record-store.js";
import { waiverSchema, type Waiver } from "./overrides/waiver.js";

/** How gates are run. */
export interface RunOptions {
  /** What is judged. */
  readonly release: Release;
  /** The run's id; where it is kept in a store, and in the record. Not `.` or `..`, and not what ends in `:inbox`. @default a random UUID */
  readonly runId?: string;
  /** How long the run may take in all; gates that are unfinished then have expired. @default as long as its gates may take */
  readonly deadline?: Duration;
  /**
   * `early`: the verdict comes at the first moment it is determined, and the rest is cancelled. `all`: gates go on to their
   * end for the report. By itself that never changes the decision; what has gone stale meanwhile is asked again. @default "early"
   */
  readonly settle?: "early" | "all";
  /** How many steps may be in flight at once. From 1. @default 16 */
  readonly concurrency?: number;
  /** Cancels the run when it aborts. */
  readonly signal?: AbortSignal;
  /** Where the record is kept, and where other processes answer: see `submitAnswer`. Not with `host`: an engine that executes a run again would write it twice. @default in the run alone */
  readonly store?: RecordStore;
  /** How long one write to the store may take, in real time; then the run has failed, and holds. @default "30s" */
  readonly storeTimeout?: Duration;
  /**
   * Known risks: gates that need not promote, until a time. Those for other releases are left out; one that has ended does not count,
   * and is reported; one that names no gate of the plan is refused. @default none
   */
  readonly waivers?: readonly Waiver[];
  /** Who may go on whatever the gates say: break-glass. `true` is everybody whom whoever calls `bypass` lets through. @default false */
  readonly allowBypass?: boolean | OverrideRule;
  /**
   * Who may waive a gate while the run goes. It says nothing about `waivers`, which are of whoever starts the run, as this is.
   * @default everybody whom whoever calls `waive` lets through
   */
  readonly mayWaive?: OverrideRule;
  /** Texts that must not appear in a record, report or error, wherever they come from. */
  readonly secrets?: readonly string[];
  /** What time it is. For tests; see `release-gates/testing`. @default the machine's clock */
  readonly clock?: Clock;
  /** What carries the run. For engines. @default this process */
  readonly host?: Host;
}

const fields = z.strictObject({
  release: z.custom<unknown>(
    (value) => value !== undefined,
    "expected what is judged: its name, version and environment",
  ),
  input: z.unknown().optional(),
  runId: z
    .string()
    .min(1)
    .max(200)
    .refine((id) => !isInboxKey(id), {
      error: 'expected an id that does not end in ":inbox", which is where its answers come in',
    })
    // A URL drops them, so that no page could be reached.
    .refine((id) => id !== "." && id !== "..", { error: 'expected an id that is not "." or ".."' })
    .optional(),
  deadline: positiveDurationSchema.optional(),
  settle: z.enum(["early", "all"]).default("early"),
  concurrency: z.int().min(1).default(16),
  signal: z.instanceof(AbortSignal).optional(),
  store: z
    .custom<RecordStore>(hasMethods("append", "read", "readStored", "subscribe", "runs"), "expected a record store")
    .optional(),
  storeTimeout: positiveDurationSchema.default(30_000),
  waivers: z.array(waiverSchema).default([]),
  allowBypass: z
    .union([z.boolean(), overrideRuleSchema], { error: "expected true, false, or who may: { people, roles, ask }" })
    .default(false),
  mayWaive: overrideRuleSchema.optional(),
  secrets: z.array(z.string()).default([]),
  clock: z.custom<Clock>(hasMethods("now", "schedule"), "expected a clock").default(systemClock),
  host: z.custom<Host>(hasMethods("run", "sleep", "answer", "now"), "expected a host").optional(),
});

const schema = fields
  .refine(({ store, host }) => store === undefined || host === undefined, {
    path: ["store"],
    error: "expected none beside a host, which keeps a journal of its own",
  })
  .refine(({ mayWaive, host }) => mayWaive?.ask === undefined || host === undefined, {
    path: ["mayWaive", "ask"],
    error: "expected none beside a host: when the run is executed again, it might say something else",
  })
  .transform(({ allowBypass, mayWaive, ...rest }) => {
    const bypass = typeof allowBypass === "object" ? allowBypass : undefined;
    return { ...rest, allowBypass: allowBypass !== false, overrideRules: { waive: mayWaive, bypass } };
  });

/** Options as they are used. */
export type ParsedRunOptions = z.output<typeof schema>;

/** Checks a run's options. Throws a `GateError` with code `RUN_INPUT_INVALID` that names each wrong field. */
export function parseRunOptions(options: unknown): ParsedRunOptions {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const { issues } = result.error;
  throw new GateError("RUN_INPUT_INVALID", `Invalid options for the run: ${formatIssuesOf(options, issues)}`, {
    issues,
  });
}

function hasMethods(...names: readonly string[]): (value: unknown) => boolean {
  return (value) =>
    typeof value === "object" &&
    value !== null &&
    names.every((name) => typeof (value as Record<string, unknown>)[name] === "function");
}
