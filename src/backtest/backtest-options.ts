import * as z from "zod";
import { GateError } from "../gate/gate-error.js";
import { parseRelease, type Release } from "../gate/release.js";
import { formatIssuesOf } from "../gate/standard-schema.js";
import { assumeSchema, type Assume } from "./assumptions.js";
import type { History } from "./history.js";
import { instantSchema, type Instant } from "./instant.js";

/** What a plan is run over, and where the answers come from. */
export interface BacktestOptions<Input = undefined> {
  /** The releases, each with the time at which its gates would have run. At least one. */
  readonly windows: readonly BacktestWindow<Input>[];
  /** What sources said then. Of several histories, the first that knows an answer gives it. */
  readonly history: History | readonly History[];
  /** What to take for granted of gates that history cannot answer for. @default nothing: they hold, as unknown */
  readonly assume?: Assume;
  /** How many windows are run at the same time. From 1. @default 4 */
  readonly concurrency?: number;
}

/** One release, and when its gates would have run. */
export type BacktestWindow<Input = undefined> = {
  /** What was released. */
  readonly release: Release;
  /** When the run would have started. */
  readonly from: Instant;
  /** When it would have been too late: gates that are unfinished then have expired. @default as long as the gates may take */
  readonly to?: Instant;
  /** What became of the release, as you know today. Without it, the window is in no table of right and wrong. */
  readonly label?: "good" | "bad";
} & (undefined extends Input ? { readonly input?: Input } : { readonly input: Input });

const isHistory = (value: unknown): boolean =>
  typeof value === "object" && value !== null && typeof (value as Partial<History>).open === "function";
const history = z.custom<History>(isHistory, "expected a history, such as prometheusHistory(…)");

const window = z
  .strictObject({
    release: z.unknown(),
    from: instantSchema,
    to: instantSchema.optional(),
    label: z.enum(["good", "bad"]).optional(),
    input: z.unknown().optional(),
  })
  .refine(({ from, to }) => to === undefined || from < to, { path: ["to"], error: "expected a time after `from`" });

const schema = z.strictObject({
  windows: z.array(window).min(1, { error: "expected at least one window, got none" }),
  history: z.union([history.transform((one) => [one]), z.array(history).min(1)], {
    error: "expected a history, or a list of at least one",
  }),
  assume: assumeSchema,
  concurrency: z.int().min(1).default(4),
});

/** Options as they are used. */
export type ParsedBacktestOptions = Omit<z.output<typeof schema>, "windows"> & {
  readonly windows: readonly ParsedWindow[];
};

/** A window as it is used: times in milliseconds since the epoch. */
export type ParsedWindow = z.output<typeof window> & { readonly release: Release };

/** Checks the options of a backtest. Throws a `GateError` with code `RUN_INPUT_INVALID` that names each wrong field. */
export function parseBacktestOptions(options: unknown): ParsedBacktestOptions {
  const result = schema.safeParse(options);
  if (!result.success) throw invalidOptions(formatIssuesOf(options, result.error.issues), result.error.issues);
  const windows = result.data.windows.map((parsed, index) => ({ ...parsed, release: releaseOf(parsed, index) }));
  return { ...result.data, windows };
}

function releaseOf({ release }: z.output<typeof window>, index: number): Release {
  try {
    return parseRelease(release);
  } catch (error) {
    const why = error instanceof Error ? error.message : "the release is none";
    throw invalidOptions(`windows.${index}: ${why}`, [{ message: why, path: ["windows", index, "release"] }]);
  }
}

function invalidOptions(why: string, issues: GateError<"RUN_INPUT_INVALID">["details"]["issues"]): GateError {
  return new GateError("RUN_INPUT_INVALID", `Invalid options for the backtest: ${why}`, { issues });
}
