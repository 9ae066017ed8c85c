import type { Status } from "../../../decision/status.js";
import type { GateView, RunSummary } from "../run-summary.js";
import { gateWord, statusMark } from "../../../reports/status-word.js";
import { html, type Markup } from "./markup.js";

const decisionTones = { promote: "good", hold: "wait", rollback: "bad" } as const;

/** Where a run stands, in a word. Colour is never the only sign. */
export function runState({ state, decision, overridden }: RunSummary): Markup {
  if (state === "faulted") return html`<span class="state bad">! failed itself: ${decision ?? "hold"}</span>`;
  if (decision !== undefined && overridden) return html`<span class="state wait">! ${decision}, OVERRIDDEN</span>`;
  if (decision !== undefined) return html`<span class="state ${decisionTones[decision]}">${decision}</span>`;
  return state === "waiting"
    ? html`<span class="state wait">waiting for people</span>`
    : html`<span class="state">running</span>`;
}

/** Where a gate stands, in a word. */
export function gateState({ state, finding, waiver }: GateView): Markup {
  if (state !== "settled" || !finding) {
    return state === "waiting"
      ? html`<span class="state wait">waiting</span>`
      : html`<span class="state faint">${state === "running" ? "running" : "not yet"}</span>`;
  }
  return html`<span class="state ${toneOf(finding.status)}"
    >${statusMark(finding.status)} ${gateWord(finding, waiver !== undefined)}</span
  >`;
}

/** How a status is coloured. */
export function toneOf(status: Status): "good" | "faint" | "bad" {
  if (status === "passed") return "good";
  return status === "skipped" || status === "cancelled" ? "faint" : "bad";
}
