import type { FoundByGate } from "../gate/found-by.js";
import type { ApprovalRequest } from "../gates/manual-approval/approval-request.js";
import type { ChecklistProgress } from "../gates/manual-approval/checklist.js";
import type { QuorumProgress } from "../gates/manual-approval/quorum-progress.js";
import { printable } from "./printable.js";

/** A request for approval, and what it rests on, as lines for a terminal. Pure. */
export function approvalLines(
  gate: string,
  request: ApprovalRequest,
  found: readonly FoundByGate[] = [],
): readonly string[] {
  const { release, bound, instructions, rule, quorums, checklist, votes, excluded, summary } = request;
  const { artifact, requestedBy } = release;
  const fields: readonly (readonly [label: string, value: string | undefined])[] = [
    ["artifact", artifact && [artifact.name, artifact.digest].filter(Boolean).join(" ")],
    ["requested by", requestedBy],
    ["bound to", bound === undefined ? undefined : JSON.stringify(bound)],
    ...found.map((each) => ["found", foundWords(each)] as const),
    ["look at", instructions],
    ...checklist.map((step) => ["check", stepWords(step)] as const),
    ["rule", rule],
    ...(quorums.length > 1 ? quorums.map((quorum) => ["", quorumWords(quorum)] as const) : []),
    ...votes.map(
      ({ by, onBehalfOf, decision, comment }) =>
        [
          "so far",
          `${by}${onBehalfOf ? ` for ${onBehalfOf}` : ""}: ${decision}${comment ? `, ${comment}` : ""}`,
        ] as const,
    ),
    ...excluded.map(({ person, why }) => ["may not vote", `${person}, having ${why}`] as const),
    ["needed", summary],
  ];
  return [
    `Approval «${printable(gate)}»: ${printable(`${release.name} ${release.version} in ${release.environment}`)}`,
    ...fields.flatMap(([label, value]) => (value === undefined ? [] : [`  ${label.padEnd(14)}${printable(value)}`])),
  ];
}

function foundWords({ gate, finding }: FoundByGate): string {
  return finding ? `${gate} ${finding.status}: ${finding.reason}` : `${gate}: no answer yet`;
}

function stepWords({ step, optional, doneBy }: ChecklistProgress): string {
  return `${step}${optional ? " (optional)" : ""}${doneBy.length > 0 ? `, done by ${doneBy.join(", ")}` : ""}`;
}

function quorumWords({ level, count, people, roles, approvedBy, isMet }: QuorumProgress): string {
  const who = [...people, ...roles.map((role) => `role ${role}`)].join(", ");
  const whose = approvedBy.length > 0 ? `: ${approvedBy.join(", ")}` : "";
  return `${isMet ? "met" : "open"}, level ${level}: ${approvedBy.length} of ${count} from ${who}${whose}`;
}
