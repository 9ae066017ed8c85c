import type { Decision } from "../decision/decision.js";
import type { VerdictSummary } from "../run/verdict/verdict.js";
import { listed } from "./listed.js";
import { overrideFields } from "./override-text.js";
import { printable } from "./printable.js";
import { verdictMark } from "./status-word.js";
import { paint, type Style } from "./styled-line.js";

const styles: Readonly<Record<Decision, Style>> = {
  promote: "green",
  hold: "yellow",
  rollback: "red",
};

/** Writes a verdict for a terminal or a log: what, why, and what would change it. Pure. */
export function renderVerdict(verdict: VerdictSummary, colour: boolean): string {
  const { decision, reason, decidedBy, call, wouldChange, overridden } = verdict;
  const headline = `${verdictMark(verdict)} ${printable(reason)}`;
  const fields: readonly (readonly [label: string, texts: readonly string[]])[] = [
    ["decided by", decidedBy],
    ["would change it", wouldChange.map(({ gate, decision: then }) => `${gate} passing (then ${then})`)],
    ["call", call ?? []],
  ];
  // Nobody takes what was overridden for what was good.
  const style = overridden && decision === "promote" ? styles.hold : styles[decision];
  return [
    colour ? paint(["bold", style], headline) : headline,
    ...overrideFields(verdict).flatMap(([label, texts]) => texts.map((text) => `  ${label}: ${printable(text)}`)),
    ...fields
      .filter(([, texts]) => texts.length > 0)
      .map(([label, texts]) => `  ${label}: ${listed(texts.map(printable))}`),
  ].join("\n");
}
