import type { Decision } from "../decision/decision.js";
import type { VerdictSummary } from "../run/verdict.js";
import { listed } from "./listed.js";
import { printable } from "./printable.js";
import { decisionMark } from "./status-word.js";
import { paint, type Style } from "./styled-line.js";

const styles: Readonly<Record<Decision, Style>> = {
  promote: "green",
  hold: "yellow",
  rollback: "red",
};

/** Writes a verdict for a terminal or a log: what, why, and what would change it. Pure. */
export function renderVerdict(verdict: VerdictSummary, colour: boolean): string {
  const { decision, reason, decidedBy, call, wouldChange, overridden } = verdict;
  const headline = `${decisionMark(decision)} ${printable(reason)}`;
  const fields: readonly (readonly [label: string, texts: readonly string[]])[] = [
    ["decided by", decidedBy],
    ["would change it", wouldChange.map(({ gate, decision: then }) => `${gate} passing (then ${then})`)],
    ["call", call ?? []],
    ["overridden", overridden ? ["a finding was set aside"] : []],
  ];
  const told = fields.filter(([, texts]) => texts.length > 0);
  return [
    colour ? paint(["bold", styles[decision]], headline) : headline,
    ...told.map(([label, texts]) => `  ${label}: ${listed(texts.map(printable))}`),
  ].join("\n");
}
