import type { Decision } from "../../decision/decision.js";
import type { Status } from "../../decision/status.js";
import type { Need } from "../../decision/tally.js";
import type { Finding } from "../../gate/finding.js";

interface CompositeAnswer {
  readonly status: Status;
  readonly decision: Decision;
  readonly reason: string;
}

/** Of several gates that decide together, the one whose status says most. */
const severity: readonly Status[] = ["failed", "errored", "expired", "inconclusive", "cancelled", "skipped", "passed"];

/**
 * What a composite says, once it is decided: its own words for the answers of the gates in it.
 *
 * `findings` are of the gates that count; `undefined` for those that have not answered. `aside` says how many more were set
 * aside. A decision of `undefined` means that no other gate applies.
 */
export function compositeAnswer(
  need: Need,
  decision: Decision | undefined,
  findings: readonly (Finding | undefined)[],
  aside = 0,
): CompositeAnswer {
  if (decision === undefined) {
    return {
      status: "skipped",
      decision: "hold",
      reason: `nothing in it applies${aside === 0 ? "" : " that nobody waived"}`,
    };
  }
  const waived = aside === 0 ? "" : `, ${aside} waived`;
  const given = findings.filter((finding) => finding !== undefined);
  if (decision === "promote") {
    const good = given.filter((finding) => finding.decision === "promote").length;
    return { status: "passed", decision, reason: `${good} of ${findings.length + aside} gates promote${waived}` };
  }
  if (typeof need === "number" && findings.length < need && decision === "hold") {
    const reason = `only ${findings.length} of the ${need} gates that must promote apply${waived}`;
    return { status: "inconclusive", decision, reason };
  }
  const deciding = given
    .filter((finding) => finding.decision === decision)
    .toSorted((a, b) => severity.indexOf(a.status) - severity.indexOf(b.status));
  const [first, ...others] = deciding;
  if (!first && aside > 0) return { status: "inconclusive", decision, reason: `not enough gates promote${waived}` };
  // A verdict is decided by its worst answers, so there is one; if there were none, nobody could say why it holds.
  if (!first) return { status: "inconclusive", decision, reason: "not every gate has answered" };
  const alike = others.filter((finding) => finding.status === first.status).length;
  const more = alike === 0 ? "" : ` (and ${alike} more ${first.status})`;
  return { status: first.status, decision, reason: `${quoted(first)}${more}` };
}

// A composite's reason names a gate already.
function quoted({ gate, reason }: Finding): string {
  return reason.startsWith("«") ? reason : `«${gate.slice(gate.lastIndexOf("/") + 1)}» ${reason}`;
}
