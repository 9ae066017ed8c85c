import { foundBy, type FoundByGate } from "../gate/found-by.js";
import { evidenceFingerprint } from "../gates/manual-approval/approval-evidence.js";
import type { ApprovalRequest } from "../gates/manual-approval/approval-request.js";
import { readRecord } from "../run/record/read-record.js";
import { RunState } from "../run/record/run-state.js";

/** What whoever approves relies on, beside the request. */
export interface ShownEvidence {
  /** The SHA-256, in hexadecimal, of what was found: the `evidence` of a vote. */
  readonly fingerprint: string;
  /** What each of the gates has found, in the order of their paths. */
  readonly found: readonly FoundByGate[];
}

/**
 * What the gates have found on which an approval rests, as a run's record says: to be shown to whoever votes, and bound to the vote.
 * `undefined` where the gate has no `bindEvidence`.
 *
 * Throws a `GateError` with code `RECORD_INVALID` where the record cannot be trusted.
 *
 * @example
 * ```ts
 * import type { Run, Vote } from "release-gates";
 * import { readApprovalRequest, shownEvidence } from "release-gates/approvals";
 *
 * export function approveAsShown(run: Run, gate: string, by: string, show: (text: string) => void) {
 *   const request = readApprovalRequest(run.snapshot().gates.find(({ path }) => path === gate)?.request);
 *   if (!request) throw new Error("nobody is asked");
 *   const evidence = shownEvidence(run.record(), request);
 *   for (const { gate: name, finding } of evidence?.found ?? []) show(`${name}: ${finding?.reason ?? "no answer yet"}`);
 *   const vote: Vote = { decision: "approve", by, fingerprint: request.fingerprint };
 *   return run.answer(gate, evidence ? { ...vote, evidence: evidence.fingerprint } : vote);
 * }
 * ```
 */
export function shownEvidence(
  record: readonly string[],
  request: Pick<ApprovalRequest, "bindEvidence">,
): ShownEvidence | undefined {
  if (request.bindEvidence === undefined) return undefined;
  const state = new RunState();
  for (const event of readRecord(record)) state.apply(event);
  return evidenceIn(state, request);
}

/** As {@link shownEvidence}, of a record that was read already. Pure. */
export function evidenceIn(
  { started, findings }: Pick<RunState, "started" | "findings">,
  { bindEvidence }: Pick<ApprovalRequest, "bindEvidence">,
): ShownEvidence | undefined {
  if (bindEvidence === undefined || !started) return undefined;
  const found = foundBy(started.tree, findings, bindEvidence);
  return { fingerprint: evidenceFingerprint(found), found };
}
