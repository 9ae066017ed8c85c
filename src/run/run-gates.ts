import type { Gate } from "../gate/gate.js";
import type { Plan } from "../gate/plan.js";
import type { ConsumableVerdict } from "./consume/consumable-verdict.js";
import type { RunOptions } from "./run-options.js";
import { startRun, type InputOption } from "./start-run.js";

/**
 * Runs a gate, or a plan, for a release, and resolves to the verdict.
 *
 * Rejects with a `GateError` where the release, the options, the plan's input or a gate's config is wrong. Never rejects for
 * what a gate did.
 *
 * @example
 * ```ts
 * import { healthProbe, runGates } from "release-gates";
 *
 * const verdict = await runGates(healthProbe("api", { http: "https://api.example/healthz" }), {
 *   release: { name: "orders", version: "2.4.0", environment: "production" },
 * });
 * console.log(verdict.decision, verdict.reason);
 * ```
 */
export function runGates(gate: Gate, options: RunOptions): Promise<ConsumableVerdict>;
export function runGates<Input>(
  plan: Plan<Input>,
  options: RunOptions & InputOption<Input>,
): Promise<ConsumableVerdict>;
export async function runGates(target: Gate | Plan<unknown>, options: RunOptions): Promise<ConsumableVerdict> {
  return startRun(target as Gate, options).verdict;
}
