import type { Decision } from "../../decision/decision.js";
import type { Bypass } from "../overrides/bypass.js";
import type { GivenWaiver } from "../overrides/given-waivers.js";
import type { Outcome } from "./outcome.js";
import type { VerdictInput } from "./verdict.js";
import { whomToCall } from "./whom-to-call.js";

/** Why a run promotes that somebody bypassed. `said` is what the gates said. */
export function bypassReason({ release }: VerdictInput, { by, reason }: Bypass, said: Decision): string {
  const subject = `${release.name} ${release.version} in ${release.environment}`;
  return `promote ${subject}, as ${by} bypassed the gates, which said ${said}: ${reason}`;
}

/** Why a run decided as it did: one sentence for a person. */
export function reasonOf(
  input: VerdictInput,
  decision: Decision,
  isStuck: boolean,
  { decidedBy, lapsed }: Outcome,
): string {
  const { release, tree, findings, fault, cancelled, waivers = [] } = input;
  const subject = `${release.name} ${release.version} in ${release.environment}`;
  const root = findings.get(tree.path);
  if (fault !== undefined) return `${decision} ${subject}: the run itself failed (${fault})`;
  if (cancelled !== undefined && root?.decision === "promote") {
    return `${decision} ${subject}: the run was cancelled (${cancelled})`;
  }
  if (lapsed.length > 0) return `${decision} ${subject}: ${lapsedReason(lapsed, waivers)}`;
  if (decidedBy.length === 0) {
    return `${decision} ${subject}: nothing was checked${waivers.length === 0 ? "" : " that nobody waived"}`;
  }
  const why = root
    ? root.gate === decidedBy[0]
      ? `«${tree.name}» ${root.reason}`
      : root.reason
    : "not every gate has answered";
  if (!isStuck) return `${decision} ${subject}: ${why}`;
  const how = release.rollback?.how === undefined ? "" : ` (${release.rollback.how})`;
  const call = whomToCall(input).join(", ");
  return `hold ${subject}, which should be rolled back and cannot be${how}; call ${call}: ${why}`;
}

function lapsedReason(lapsed: readonly string[], waivers: readonly GivenWaiver[]): string {
  const of = lapsed.map((gate) => {
    const { by, expires } = waivers.findLast(({ waiver }) => waiver.gate === gate)?.waiver ?? {};
    return `«${gate}», by ${by}, ended at ${expires}`;
  });
  return `a waiver ended before the verdict: that of ${of.join("; that of ")}`;
}
