import type { Finding } from "../gate/finding.js";
import type { Gate } from "../gate/gate.js";
import { startRun } from "../run/start-run.js";
import { virtualClock, type VirtualClock } from "../run/host/virtual-clock.js";
import type { RunOptions } from "../run/run-options.js";

/** How a gate is checked in a test. */
export interface CheckGateOptions extends Omit<Partial<RunOptions>, "clock"> {
  /** The time to run it on. @default a virtual clock of its own, so that waits of weeks take no time */
  readonly clock?: VirtualClock;
}

/**
 * Runs one gate in a test, on a virtual clock, and returns what it found.
 *
 * @example
 * ```ts
 * import { defineGate } from "release-gates";
 * import { checkGate } from "release-gates/testing";
 * import * as z from "zod";
 *
 * const staging = defineGate({
 *   kind: "staging",
 *   config: z.strictObject({}),
 *   evidence: z.object({ environment: z.string() }),
 *   check({ release: { environment }, pass, fail }) {
 *     return environment === "staging" ? pass("is staging", { environment }) : fail("is not staging", { environment });
 *   },
 * });
 *
 * const finding = await checkGate(staging("only staging", {}));
 * console.log(finding.status, finding.reason, finding.evidence);
 * ```
 */
export async function checkGate(gate: Gate, options: CheckGateOptions = {}): Promise<Finding> {
  const clock = options.clock ?? virtualClock();
  const { findings } = await clock.settle(startRun(gate, { release: anyRelease, ...options, clock }).verdict);
  const finding = findings.find((each) => each.gate === gate.name);
  if (!finding) throw new Error(`Gate "${gate.name}" found nothing.`);
  return finding;
}

const anyRelease = { name: "a service", version: "1.0.0", environment: "test" };
