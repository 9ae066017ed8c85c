import { formatMs } from "../gate/duration.js";
import { listed } from "../reports/listed.js";
import { markdownText } from "../reports/markdown-text.js";
import type { BacktestResult } from "./backtest.js";
import { markdownTable } from "./markdown-table.js";
import { sumOf, type OutcomeCounts, type Score } from "./score.js";
import { outcomes, type WindowResult } from "./window-result.js";

/**
 * Writes a backtest as Markdown: what was decided beside what became of the releases, then every window.
 *
 * The same result gives the same text. What people and sources wrote is shown as it is.
 */
export function backtestToMarkdown({ plan, windows, score }: BacktestResult): string {
  const { good, bad, unlabelled } = score;
  const count = windows.length;
  const counted: readonly (readonly [name: string, counts: OutcomeCounts])[] = [
    ["good releases", good],
    ["bad releases", bad],
    ["releases without a label", unlabelled],
  ];
  const table = markdownTable(
    ["", ...outcomes],
    counted
      .filter(([, counts]) => sumOf(counts) > 0)
      .map(([name, counts]) => [name, ...outcomes.map((outcome) => String(counts[outcome]))]),
  );
  const parts = [
    `## Backtest of ${markdownText(plan)}: ${count} ${count === 1 ? "release" : "releases"}`,
    table,
    ...told(score, windows),
    markdownTable(["release", "from", "label", "outcome", "decided after", "decided by", "why"], windows.map(rowOf)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function told(score: Score, windows: readonly WindowResult[]): readonly string[] {
  const { falseRollbacks, missed, medianToRollbackMs } = score;
  const unknown = windows.flatMap((window) => window.unknown.map(({ gate, detail }) => `${gate}: ${detail}`));
  const assumed = windows.flatMap((window) => window.assumed.map(({ gate, status }) => `${gate} ${status}`));
  const lines: readonly (readonly [label: string, texts: readonly string[]])[] = [
    ["False rollbacks", falseRollbacks.map(nameOf)],
    ["Missed bad releases", missed.map(nameOf)],
    ["Median time to rollback", medianToRollbackMs === undefined ? [] : [formatMs(medianToRollbackMs)]],
    ["Assumed, not checked", [...new Set(assumed)]],
    ["Not in history", [...new Set(unknown)]],
  ];
  return lines
    .filter(([, texts]) => texts.length > 0)
    .map(([label, texts]) => `**${label}:** ${listed(texts.map(markdownText))}`);
}

function rowOf(window: WindowResult): readonly string[] {
  const { from, label, outcome, verdict, decidedBy, decidedAfterMs } = window;
  const instead = verdict.insteadOf ? ` instead of ${verdict.insteadOf}` : "";
  return [
    markdownText(nameOf(window)),
    markdownText(from),
    label ?? "",
    outcome + instead,
    formatMs(decidedAfterMs),
    listed(decidedBy.map(markdownText)),
    markdownText(verdict.reason),
  ];
}

function nameOf({ release: { name, version, environment } }: WindowResult): string {
  return `${name} ${version} in ${environment}`;
}
