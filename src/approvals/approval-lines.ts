import type { ApprovalRequest } from "../gates/manual-approval/approval-request.js";
import { printable } from "./printable.js";

/** A request for approval as lines for a terminal. Pure. */
export function approvalLines(gate: string, request: ApprovalRequest): readonly string[] {
  const { release, instructions, votes, excluded, summary } = request;
  const { artifact, requestedBy } = release;
  const fields: readonly (readonly [label: string, value: string | undefined])[] = [
    ["artifact", artifact && [artifact.name, artifact.digest].filter(Boolean).join(" ")],
    ["requested by", requestedBy],
    ["look at", instructions],
    ...votes.map(
      ({ by, decision, comment }) => ["so far", `${by}: ${decision}${comment ? `, ${comment}` : ""}`] as const,
    ),
    ...excluded.map(({ person, why }) => ["may not vote", `${person}, having ${why}`] as const),
    ["needed", summary],
  ];
  return [
    `Approval «${printable(gate)}»: ${printable(`${release.name} ${release.version} in ${release.environment}`)}`,
    ...fields.flatMap(([label, value]) => (value === undefined ? [] : [`  ${label.padEnd(14)}${printable(value)}`])),
  ];
}
