import type { Gate } from "../gate/gate.js";
import type { Plan } from "../gate/plan.js";
import { startRun } from "../run/start-run.js";
import type { Verdict } from "../run/verdict/verdict.js";
import { virtualClock } from "../run/host/virtual-clock.js";
import { backtestHost } from "./backtest-host.js";
import type { ParsedBacktestOptions, ParsedWindow } from "./backtest-options.js";
import { historicPlan } from "./historic-plan.js";
import type { OpenWindow } from "./open-window.js";
import type { Outcome, WindowResult } from "./window-result.js";

/** Runs a plan over one window of history, in virtual time. */
export async function runWindow(
  target: Gate | Plan<unknown>,
  parsed: ParsedWindow,
  { history, assume }: Pick<ParsedBacktestOptions, "history" | "assume">,
): Promise<WindowResult> {
  const { release, from, to, label, input } = parsed;
  const period = { release, from, ...(to === undefined ? {} : { to }) };
  const window: OpenWindow = {
    clock: virtualClock(from),
    histories: history.map((one) => one.open(period)),
    assumptions: assume,
    unknown: [],
    assumed: [],
  };
  const run = startRun(historicTarget(target, window) as Plan<unknown>, {
    release,
    host: backtestHost(window),
    // The same each time, as all of a backtest is.
    runId: `backtest of ${release.name} ${release.version} at ${new Date(from).toISOString()}`.slice(0, 200),
    ...(to === undefined ? {} : { deadline: to - from }),
    ...(input === undefined ? {} : { input }),
  });
  const verdict = await window.clock.settle(run.verdict);
  return {
    release,
    from: new Date(from).toISOString(),
    ...(to === undefined ? {} : { to: new Date(to).toISOString() }),
    ...(label === undefined ? {} : { label }),
    outcome: outcomeOf(verdict, window),
    verdict,
    decidedBy: verdict.decidedBy,
    decidedAfterMs: Date.parse(verdict.decidedAt) - from,
    unknown: window.unknown,
    assumed: window.assumed,
    record: run.record(),
  };
}

function historicTarget(target: Gate | Plan<unknown>, window: OpenWindow): Gate | Plan<unknown> {
  if (target.form !== "plan") return historicPlan(target, window);
  return {
    form: "plan",
    name: target.name,
    build: (release, input) => historicPlan(target.build(release, input), window),
  };
}

function outcomeOf({ decision, decidedBy }: Verdict, { unknown }: OpenWindow): Outcome {
  const isUnknown = (path: string) => unknown.some(({ gate }) => gate === path || gate.startsWith(`${path}/`));
  // What is inside a repeated gate decides through it.
  return decidedBy.some(isUnknown) ? "unknown" : decision;
}
