import { defineGate, type GateFactory } from "../../gate/define-gate.js";
import { formatMs } from "../../gate/duration.js";
import type { CheckResult } from "../../gate/finding.js";
import type { GateContext } from "../../gate/gate-context.js";
import type { JsonObject } from "../../gate/json.js";
import { publicConfig } from "../../gate/public-config.js";
import { toJson } from "../../gate/to-json.js";
import { approvedReason, expiredReason, rejectedReason } from "./approval-reason.js";
import { inEffectAt } from "./deferral.js";
import { collectVotes } from "./collect-votes.js";
import { askBinding, plainBinding } from "./approval-binding.js";
import { approvalRequest, type ApprovalOccasion } from "./approval-request.js";
import { approvalTerms } from "./approval-terms.js";
import { approvalStillHolds } from "./approval-still-holds.js";
import { Ballot } from "./ballot.js";
import {
  manualApprovalConfig,
  type ManualApprovalConfig,
  type ManualApprovalSettings,
} from "./manual-approval-config.js";
import { approvalEvidence, manualApprovalEvidence, type ManualApprovalEvidence } from "./manual-approval-evidence.js";
import { closingOf } from "./release-window.js";
import { remind } from "./remind.js";
import { withdrawVote } from "./withdraw-vote.js";

/**
 * Makes a gate that people answer: it passes when enough of them approve, and fails when one of them rejects.
 *
 * Those who asked for the release, or contributed to it, may not vote. A rejection holds the release by default; so does a
 * deadline that nobody met. Votes come in through `run.answer`.
 *
 * @example
 * ```ts
 * import { manualApproval, startRun } from "release-gates";
 *
 * const signOff = manualApproval("sign-off", { from: { people: ["ada"], roles: ["sre"] }, quorum: 2, deadline: "4h" });
 *
 * await using run = startRun(signOff, {
 *   release: { name: "orders", version: "2.4.0", environment: "production", requestedBy: "grace" },
 * });
 * await run.answer("sign-off", { decision: "approve", by: "ada" });
 * await run.answer("sign-off", { decision: "approve", by: "linus", roles: ["sre"], comment: "traffic is low" });
 * ```
 */
export const manualApproval: GateFactory<"manual-approval", ManualApprovalConfig, ManualApprovalEvidence> = defineGate({
  kind: "manual-approval",
  config: manualApprovalConfig,
  evidence: manualApprovalEvidence,
  defaults: { onFail: "hold", timeout: ({ deadline }) => deadline },
  describe: ({
    asked,
    levels: _asked,
    deadline,
    instructions,
    members,
    delegation,
    binds,
    bindEvidence,
    input,
    remindEvery,
    escalateAfter,
    window,
    ...rest
  }) => ({
    ...(toJson(asked) as JsonObject),
    ...rest,
    deadline: formatMs(deadline),
    ...(remindEvery === undefined ? {} : { remindEvery: formatMs(remindEvery) }),
    ...(escalateAfter === undefined ? {} : { escalateAfter: formatMs(escalateAfter) }),
    ...(window ? { window: toJson(window) } : {}),
    ...(Object.keys(members).length > 0 ? { members: publicConfig(members) } : {}),
    ...(delegation ? publicConfig({ delegation }) : {}),
    ...(binds ? publicConfig({ binds }) : {}),
    ...(bindEvidence ? { bindEvidence } : {}),
    ...(input ? { input: `schema of ${input["~standard"].vendor}` } : {}),
    ...(instructions === undefined ? {} : { instructions }),
  }),
  // Throws where too few people are left, and where it cannot be told who they are.
  assess: (config, release) => void approvalTerms(config, release),
  reliesOn: ({ bindEvidence = [] }) => ({ bindEvidence }),
  check,
  stillHolds: approvalStillHolds,
  takesBack: withdrawVote,
});

type ApprovalContext = GateContext<ManualApprovalSettings, ManualApprovalEvidence>;

async function check(context: ApprovalContext): Promise<CheckResult<ManualApprovalEvidence>> {
  const { config, release, now } = context;
  const { instructions, bindEvidence, input, window, binds } = config;
  const deadline = new Date(now() + config.deadline).toISOString();
  const terms = approvalTerms(config, release);
  const binding = binds ? await askBinding(context, binds, "what is bound") : plainBinding(context);
  const ballot = new Ballot(context, { terms, deadline, binding });
  const occasion: ApprovalOccasion = {
    release,
    instructions,
    bindEvidence,
    needsInput: input !== undefined,
    deadline,
    binding: () => ballot.binding,
    inEffectAt: (state) => inEffectAt(state, window, now(), deadline),
  };
  const evidenceNow = () =>
    approvalEvidence(ballot.state, { refused: ballot.refused, fingerprint: ballot.binding.fingerprint });
  context.onExpiry(() => ({ reason: expiredReason(ballot.state), evidence: evidenceNow() }));
  // Whoever is reminded is never waited for: the votes end it.
  await Promise.race([
    collectVotes(context, ballot, occasion),
    remind(context, config, () => approvalRequest(ballot.state, occasion)),
  ]);
  const { state } = ballot;
  const evidence = evidenceNow();
  if (state.status !== "approved") return context.fail(rejectedReason(state), evidence);
  const closesAt = window && closingOf(window, now());
  // The last moment at which the window is open.
  const freshUntil = closesAt === undefined ? {} : { freshUntil: new Date(closesAt - 1).toISOString() };
  return context.pass(approvedReason(state), { ...evidence, ...freshUntil });
}
