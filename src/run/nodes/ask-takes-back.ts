import type { AnswerReceipt } from "../host/host.js";
import type { CheckGate } from "../../gate/gate.js";
import type { Json } from "../../gate/json.js";
import type { PassedFinding } from "../../gate/still-holds.js";
import type { LateAnswer } from "../../gate/taken-back.js";
import { fitEvidence } from "./checked-answer.js";
import { messageOf } from "../host/step-error.js";

/** What is taken back of what a gate has found, or why nothing is. */
export type Withdrawal = TakenAway | { readonly refused: string };

/** What is taken back of what a gate has found. */
export interface TakenAway {
  /** What it is, in one sentence. */
  readonly withdrawn: string;
  /** What is left, where that can be said. */
  readonly evidence?: Json;
  /** Why the gate passes all the same, where it does. */
  readonly passes?: string;
}

/** What whoever takes something back is told. */
export function receiptOf(taken: Withdrawal | undefined): AnswerReceipt | undefined {
  if (!taken) return undefined;
  return "refused" in taken ? { status: "refused", reason: taken.refused } : { status: "accepted" };
}

/** Asks a gate that has passed what somebody takes back; `undefined` where they take back nothing. Never throws. */
export function askTakesBack(
  path: string,
  gate: CheckGate,
  late: LateAnswer<unknown>,
  passed: PassedFinding<unknown>,
): Withdrawal | undefined {
  try {
    const said: unknown = gate.takesBack?.(late, passed);
    return said === undefined ? undefined : withdrawalOf(path, gate, said);
  } catch (error) {
    return { refused: `it cannot be told what that takes back: ${messageOf(error)}` };
  }
}

// The gate may be written in JavaScript: what is no clear answer takes nothing back, and whoever said it hears so.
function withdrawalOf(path: string, gate: CheckGate, said: unknown): Withdrawal {
  const { refused, withdrawn, evidence, passes } = (said ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof refused === "string") return { refused };
  if (typeof withdrawn !== "string") {
    throw new TypeError("takesBack must return { refused }, { withdrawn, evidence, passes }, or undefined");
  }
  const left = fitEvidence(path, gate.evidence, evidence);
  if (left === undefined) return { withdrawn };
  return { withdrawn, evidence: left, ...(typeof passes === "string" ? { passes } : {}) };
}
