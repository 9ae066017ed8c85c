import { defineGate, type GateFactory } from "../../gate/define-gate.js";
import { formatMs } from "../../gate/duration.js";
import type { CheckResult } from "../../gate/finding.js";
import type { GateContext } from "../../gate/gate-context.js";
import { publicConfig } from "../../gate/public-config.js";
import { toJson } from "../../gate/to-json.js";
import { callRoll } from "./call-roll.js";
import { leaveRollCall } from "./leave-roll-call.js";
import { rollCallConfig, type RollCallConfig, type RollCallSettings } from "./roll-call-config.js";
import { rollCallEvidence, rollCallEvidenceSchema, type RollCallEvidence } from "./roll-call-evidence.js";
import { waitingWords } from "./roll-call-request.js";
import { RollCallDesk } from "./roll-call-desk.js";

/**
 * Makes a gate that passes when somebody of each role has said that they are reachable for the release, and for long enough.
 *
 * Whoever leaves before it has passed is waited for again; and a run that would promote when somebody is reachable no more asks
 * again. At its deadline it has expired, and holds. Answers come in through `run.answer`.
 *
 * @example
 * ```ts
 * import { rollCall, startRun } from "release-gates";
 *
 * const onHand = rollCall("on hand", { roles: ["development", "qa", "uat"], atLeast: "2h", deadline: "1d" });
 *
 * await using run = startRun(onHand, { release: { name: "orders", version: "2.4.0", environment: "production" } });
 * const until = new Date(Date.now() + 4 * 3_600_000).toISOString();
 * await run.answer("on hand", { role: "qa", by: "ada", roles: ["qa"], contact: "+43 660 1234567", until });
 * ```
 */
export const rollCall: GateFactory<"roll-call", RollCallConfig, RollCallEvidence> = defineGate({
  kind: "roll-call",
  config: rollCallConfig,
  evidence: rollCallEvidenceSchema,
  defaults: { onFail: "hold", timeout: ({ deadline }) => deadline },
  describe: ({ roles, atLeast, deadline, members, instructions }) => ({
    roles: toJson(roles),
    atLeast: formatMs(atLeast),
    deadline: formatMs(deadline),
    ...(Object.keys(members).length > 0 ? { members: publicConfig(members) } : {}),
    ...(instructions === undefined ? {} : { instructions }),
  }),
  check,
  takesBack: leaveRollCall,
});

type RollCallContext = GateContext<RollCallSettings, RollCallEvidence>;

async function check(context: RollCallContext): Promise<CheckResult<RollCallEvidence>> {
  const { config, release, now, onExpiry, pass } = context;
  const desk = new RollCallDesk(context);
  const evidence = () => rollCallEvidence(desk.state, now());
  onExpiry(() => ({ reason: waitingWords(evidence().missing), evidence: evidence() }));
  const deadline = new Date(now() + config.deadline).toISOString();
  const { instructions, members } = config;
  await callRoll(context, desk, { release, instructions, lookedUp: Object.keys(members), deadline });
  const said = evidence();
  return pass(
    `reachable: ${said.reachable.map(({ role, by, until }) => `${role} ${by} until ${until}`).join(", ")}`,
    said,
  );
}
