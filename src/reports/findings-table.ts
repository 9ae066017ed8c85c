import type { Finding } from "../gate/finding.js";
import type { Verdict } from "../run/verdict/verdict.js";
import { counted } from "./counted.js";
import { markdownText } from "./markdown-text.js";
import { isTrouble, statusMark } from "./status-word.js";

const head = "| gate | status | decision | reason | observed at |\n| --- | --- | --- | --- | --- |";

/**
 * The findings as a Markdown table of at most so many characters, in the order of the plan; the deciding gates in bold.
 *
 * Where it would be longer, those that matter least are left out, and counted below.
 */
export function findingsTable({ findings, decidedBy, waivers = [] }: Verdict, maxLength: number): string {
  const deciding = new Set(decidedBy);
  const waived = new Set(waivers.filter(({ use }) => use === "used").map(({ gate }) => gate));
  const isDeciding = (finding: Finding) => deciding.has(finding.gate);
  const rows = new Map(
    findings.map((finding) => [finding, rowOf(finding, isDeciding(finding), waived.has(finding.gate))] as const),
  );
  const kept = new Set<Finding>();
  let room = maxLength - head.length;
  for (const finding of byImportance(findings, isDeciding)) {
    room -= (rows.get(finding)?.length ?? 0) + 1;
    if (room < 0) break;
    kept.add(finding);
  }
  const shown = findings.filter((finding) => kept.has(finding)).map((finding) => rows.get(finding));
  const leftOut = findings.filter((finding) => !kept.has(finding));
  return (
    [head, ...shown].join("\n") +
    (leftOut.length === 0 ? "" : `\n\n… and ${leftOut.length} more: ${counted(leftOut.map(({ status }) => status))}.`)
  );
}

function rowOf(finding: Finding, isDeciding: boolean, isWaived: boolean): string {
  const { gate, status, reason, observedAt } = finding;
  const name = markdownText(gate);
  const cells = [
    isDeciding ? `**${name}**` : name,
    `${statusMark(status)} ${status}`,
    decisionWord(finding, isWaived),
    markdownText(reason),
    markdownText(observedAt),
  ];
  return `| ${cells.join(" | ")} |`;
}

function decisionWord({ status, decision, advisory }: Finding, isWaived: boolean): string {
  if (advisory) return "none: advisory";
  if (isWaived) return status === "skipped" ? "waived" : `${decision}, waived`;
  return status === "skipped" ? "none" : decision;
}

function byImportance(findings: readonly Finding[], isDeciding: (finding: Finding) => boolean): readonly Finding[] {
  const rankOf = (finding: Finding) => (isDeciding(finding) ? 0 : isTrouble(finding.status) ? 1 : 2);
  return findings.toSorted((a, b) => rankOf(a) - rankOf(b));
}
