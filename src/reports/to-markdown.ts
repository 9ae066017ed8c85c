import { formatMs } from "../gate/duration.js";
import type { Verdict } from "../run/verdict/verdict.js";
import { findingsTable } from "./findings-table.js";
import { listed } from "./listed.js";
import { markdownId, markdownText } from "./markdown-text.js";
import { overrideFields } from "./override-text.js";
import { verdictMark } from "./status-word.js";

/** How a verdict is written as Markdown. */
export interface MarkdownOptions {
  /**
   * About how long the report may be, in characters: findings that matter least are left out, and counted. GitHub refuses
   * comments above 65,536. @default 60_000
   */
  readonly maxLength?: number;
  /** Where the picture of a gate was put, by the gate's path: a URL. Shown below the findings. @default none */
  readonly plots?: Readonly<Record<string, string>>;
}

/**
 * Writes a verdict as Markdown that a manager can read in a comment on a pull request.
 *
 * The same verdict gives the same text. What gates and people wrote is shown as it is: it formats, links and mentions nothing.
 *
 * @example
 * ```ts
 * import { appendFile } from "node:fs/promises";
 * import { healthProbe, runGates } from "release-gates";
 * import { toMarkdown } from "release-gates/reports";
 *
 * const verdict = await runGates(healthProbe("api", { http: "https://api.example/healthz" }), {
 *   release: { name: "orders", version: "2.4.0", environment: "production" },
 * });
 * await appendFile(process.env["GITHUB_STEP_SUMMARY"] ?? "verdict.md", toMarkdown(verdict));
 * ```
 */
export function toMarkdown(verdict: Verdict, { maxLength = 60_000, plots = {} }: MarkdownOptions = {}): string {
  const before = [headline(verdict), ...paragraphs(verdict)].join("\n\n");
  const after = [...pictures(verdict, plots), colophon(verdict)].join("\n\n");
  const room = maxLength - before.length - after.length;
  const table = verdict.findings.length === 0 ? [] : [findingsTable(verdict, room)];
  return `${[before, ...table, after].join("\n\n")}\n`;
}

function headline(verdict: Verdict): string {
  const { decision, insteadOf, overridden, release } = verdict;
  const { name, version, environment } = release;
  const instead = insteadOf ? ` instead of ${insteadOf}` : "";
  const said = overridden ? `OVERRIDDEN: ${decision}` : decision;
  return `## ${verdictMark(verdict)} ${said}${instead}: ${markdownText(`${name} ${version} in ${environment}`)}`;
}

function paragraphs(verdict: Verdict): readonly string[] {
  const { reason, decidedBy, call, wouldChange } = verdict;
  const changes = wouldChange.map(({ gate, decision }) => `${markdownText(gate)} passing (then ${decision})`);
  const told: readonly (readonly [label: string, text: string])[] = [
    ["Why", markdownText(reason)],
    ["Decided by", listed(decidedBy.map(markdownText))],
    ["What would change it, each alone", listed(changes)],
    ["Call", listed((call ?? []).map(markdownText))],
  ];
  const overrides = overrideFields(verdict).flatMap(([label, texts]) =>
    texts.map((text) => [capital(label), markdownText(text)] as const),
  );
  return [...overrides, ...told].filter(([, text]) => text !== "").map(([label, text]) => `**${label}:** ${text}`);
}

function capital(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
}

/** GitHub shows no SVG that stands in the text; it shows one that lies somewhere. */
function pictures({ findings }: Verdict, plots: Readonly<Record<string, string>>): readonly string[] {
  return findings
    .filter(({ gate }) => Object.hasOwn(plots, gate))
    .map(({ gate }) => `![${markdownText(gate)}](<${linkTarget(plots[gate] ?? "")}>)`);
}

/** A URL, without the characters at which Markdown would end it. */
function linkTarget(url: string): string {
  return url.replace(/[<>\\\s]/g, encodeURIComponent);
}

function colophon({ release, plan, runId, record, startedAt, decidedAt }: Verdict): string {
  const { artifact, requestedBy } = release;
  const took = formatMs(Math.max(0, Date.parse(decidedAt) - Date.parse(startedAt)));
  const facts = [
    ...(artifact ? [`Artifact: ${markdownText([artifact.name, artifact.digest].filter(Boolean).join(" "))}`] : []),
    ...(requestedBy === undefined ? [] : [`Requested by: ${markdownText(requestedBy)}`]),
    `Plan: ${markdownText(plan.name)}, fingerprint ${markdownId(plan.fingerprint)}`,
    `Run: ${markdownId(runId)}, decided at ${markdownText(decidedAt)} after ${took}`,
    `Record: ${record.lines} lines, head ${markdownId(record.head)}`,
  ];
  return facts.map((fact) => `- ${fact}`).join("\n");
}
