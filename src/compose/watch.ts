import type { Gate, Judgement, RepeatedGate, Round } from "../gate/gate.js";
import { parseWatch, type RepeatConfig } from "./repeat-config.js";

/** How a gate is watched. */
export type WatchConfig = RepeatConfig;

/**
 * Asks a gate again and again until the gates beside it have decided, so that it goes on guarding while people think.
 *
 * A failed round is final at once, with its decision. A round that is errored or inconclusive is not: the gate is asked
 * again. When the gates beside it have decided, the last answer counts, and one that is not good is asked for once more.
 * Without gates beside it, one round decides; a composite of nothing but watching gates watches as one. In a sequence the next gate waits for the first good answer, for ten rounds.
 *
 * @example
 * ```ts
 * import { allOf, manualApproval, metricThreshold, watch } from "release-gates";
 * import { prometheus } from "release-gates/metrics";
 *
 * const source = prometheus({ url: "http://prometheus.example:9090", query: "sum(rate(errors_total[5m]))" });
 *
 * export const guarded = allOf("guarded", [
 *   watch(metricThreshold("errors", { source, below: 1, every: "15s", for: "2m" }), { every: "2m" }),
 *   manualApproval("sign-off", { from: { people: ["ada"] }, deadline: "4h" }),
 * ]);
 * ```
 */
export function watch(gate: Gate, config: WatchConfig): RepeatedGate<null> {
  const { common, shown } = parseWatch(gate, config);
  return { ...common, kind: "watch", config: shown, untilSiblingsDecide: true, judge: judgeWatch };
}

function judgeWatch(_: null | undefined, { number, finding }: Round): Judgement<null> {
  const isFinal = finding.status === "failed" || finding.decision === "rollback";
  if (!isFinal || finding.status === "skipped") return { state: null };
  const round = number === 1 ? "" : `round ${number}: `;
  return { state: null, answer: { status: finding.status, reason: `${round}${finding.reason}` } };
}
