import { defineGate, type GateFactory } from "../../gate/define-gate.js";
import { formatMs } from "../../gate/duration.js";
import type { CheckResult } from "../../gate/finding.js";
import type { GateContext } from "../../gate/gate-context.js";
import type { JsonObject } from "../../gate/json.js";
import { publicConfig } from "../../gate/public-config.js";
import { toJson } from "../../gate/to-json.js";
import { approvedReason, rejectedReason } from "./approval-reason.js";
import { approvalRequest, type ApprovalOccasion } from "./approval-request.js";
import { approvalTerms } from "./approval-terms.js";
import { Ballot } from "./ballot.js";
import {
  manualApprovalConfig,
  type ManualApprovalConfig,
  type ManualApprovalSettings,
} from "./manual-approval-config.js";
import { approvalEvidence, manualApprovalEvidence, type ManualApprovalEvidence } from "./manual-approval-evidence.js";
import { remind } from "./remind.js";
import { voteSchema } from "./vote.js";

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
    input,
    remindEvery,
    escalateAfter,
    ...rest
  }) => ({
    ...(toJson(asked) as JsonObject),
    ...rest,
    deadline: formatMs(deadline),
    ...(remindEvery === undefined ? {} : { remindEvery: formatMs(remindEvery) }),
    ...(escalateAfter === undefined ? {} : { escalateAfter: formatMs(escalateAfter) }),
    ...(Object.keys(members).length > 0 ? { members: publicConfig(members) } : {}),
    ...(delegation ? publicConfig({ delegation }) : {}),
    ...(input ? { input: `schema of ${input["~standard"].vendor}` } : {}),
    ...(instructions === undefined ? {} : { instructions }),
  }),
  check,
});

type ApprovalContext = GateContext<ManualApprovalSettings, ManualApprovalEvidence>;

function check(context: ApprovalContext): Promise<CheckResult<ManualApprovalEvidence>> {
  const { config, release, now } = context;
  const { instructions, input } = config;
  const occasion: ApprovalOccasion = {
    release,
    instructions,
    needsInput: input !== undefined,
    deadline: new Date(now() + config.deadline).toISOString(),
  };
  const ballot = new Ballot(context, approvalTerms(config, release));
  // Whoever is reminded is never waited for: the first answer is the gate's.
  return Promise.race([
    collectVotes(context, ballot, occasion),
    remind(context, config, () => approvalRequest(ballot.state, occasion)),
  ]);
}

async function collectVotes(
  context: ApprovalContext,
  ballot: Ballot,
  occasion: ApprovalOccasion,
): Promise<CheckResult<ManualApprovalEvidence>> {
  const { judge } = ballot;
  for (let count = 1; ballot.state.status === "open"; count++) {
    const request = toJson(approvalRequest(ballot.state, occasion));
    await context.waitFor(`vote ${count}`, voteSchema, { request, refuse: judge });
    // Whoever objected, or withdrew, at the same time as the last approval was given is heard.
    if (isApproved(ballot)) await context.takeGiven(`votes given meanwhile ${count}`, voteSchema, { refuse: judge });
  }
  const evidence = approvalEvidence(ballot.state, ballot.refused);
  return isApproved(ballot)
    ? context.pass(approvedReason(ballot.state), evidence)
    : context.fail(rejectedReason(ballot.state), evidence);
}

// A vote that is judged changes it, which the compiler does not see.
function isApproved({ state }: Ballot): boolean {
  return state.status === "approved";
}
