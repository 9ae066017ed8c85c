import { markdownText } from "../reports/markdown-text.js";
import type { Calibration } from "./calibrate.js";
import { markdownTable } from "./markdown-table.js";
import { rateAtMost } from "./rate-bound.js";

/**
 * Writes a calibration as Markdown: a row a candidate, and how much so few windows can say.
 *
 * `show` writes a candidate. The same calibration gives the same text.
 */
export function calibrationToMarkdown<Candidate>(
  { rows, good, bad, withoutFalseRollback }: Calibration<Candidate>,
  show: (candidate: Candidate) => string = showCandidate,
): string {
  const table = markdownTable(
    ["candidate", "false rollbacks", "rate at most", "missed", "rate at most", "caught", "unknown"],
    rows.map(({ candidate, result: { score }, ...row }) => [
      markdownText(show(candidate)),
      `${row.falseRollbacks} of ${good}`,
      percent(row.falseRollbackRateAtMost),
      `${row.missed} of ${bad}`,
      percent(row.missedRateAtMost),
      `${row.caught} of ${bad}`,
      String(score.good.unknown + score.bad.unknown),
    ]),
  );
  const best = withoutFalseRollback.map((candidate) => markdownText(show(candidate))).join(", ");
  const parts = [
    `## Calibration over ${good} good and ${bad} bad releases`,
    table,
    `**Without a false rollback, and with nothing unknown:** ${best === "" ? "none of the candidates" : best}`,
    `How little ${good} good releases can say: after none rolled back, the true rate of false rollbacks may still be ` +
      `${percent(rateAtMost(0, good))} (with 95 % confidence). And the candidates are judged by the releases that they are ` +
      `chosen on; try the chosen one on others.`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(2))} %`;
}

function showCandidate(candidate: unknown): string {
  return typeof candidate === "string" ? candidate : (JSON.stringify(candidate) ?? typeof candidate);
}
