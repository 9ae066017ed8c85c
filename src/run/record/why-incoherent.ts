import type { Decision } from "../../decision/decision.js";
import type { Status } from "../../decision/status.js";
import type { GateDescription } from "../../gate/describe.js";
import type { Finding } from "../../gate/finding.js";
import { overdueFault } from "../overrides/not-after.js";
import { WaivableGates } from "../overrides/waivable-gates.js";
import { isOver } from "../overrides/waiver.js";
import { isOfConsumption } from "./is-of-consumption.js";
import type { GateWaived, GateWithdrawn } from "./gate-event.js";
import type { RecordEvent, RunConsumed, RunDecided } from "./record-event.js";
import type { VerdictSummary } from "../verdict/verdict.js";

/** The statuses that may lead to each decision, whatever the gate. */
const grounds: Readonly<Record<Decision, ReadonlySet<Status>>> = {
  promote: new Set(["passed"]),
  hold: new Set(["failed", "inconclusive", "errored", "expired", "skipped", "cancelled"]),
  rollback: new Set(["failed", "errored", "expired"]),
};

/**
 * Says why an event cannot stand where it stands in a record, before the next one, or `undefined` where it can.
 *
 * Whoever can write a file can forge a whole chain; what no run would ever write is refused all the same.
 */
export function whyIncoherent(
  events: readonly RecordEvent[],
  index: number,
  tree: GateDescription,
): string | undefined {
  const event = events[index];
  if (!event) return undefined;
  if (event.type === "run:started" && index > 0) return "a run starts once";
  const after = whyNothingFollows(event, events, index);
  if (after !== undefined) return after;
  const overdue = whyOverdue(event);
  if (overdue !== undefined) return overdue;
  if (event.type === "gate:waived") return whyNotWaived(event, tree);
  if (event.type === "gate:withdrawn") return whyNotWithdrawn(event, events.slice(0, index));
  if (event.type !== "gate:settled") return undefined;
  const { gate, finding } = event;
  if (finding.gate !== gate) return `gate "${gate}" answers with the finding of "${finding.gate}"`;
  return whyUngrounded(finding, tree);
}

// What becomes of a verdict stands after it; but for that, only that it could not be stored: a fault, which promotes nothing.
function whyNothingFollows(event: RecordEvent, events: readonly RecordEvent[], index: number): string | undefined {
  const next = events[index + 1];
  if (!next) return undefined;
  const before = isOfConsumption(event) ? events.slice(0, index + 1) : [event];
  const decided = before.findLast((one) => !isOfConsumption(one));
  const isTakenBack = event.type === "run:faulted" && isVerdict(events, index - 1);
  if (isTakenBack && next.type !== "run:decided") return "nothing but another verdict follows what took one back";
  if (decided?.type !== "run:decided") {
    return isOfConsumption(next) ? "a verdict is consumed after it is out" : undefined;
  }
  if (next.type === "consume:refused") return undefined;
  if (before.some(({ type }) => type === "run:consumed")) return "nothing happens after the verdict was consumed";
  if (next.type === "run:consumed") return whyNotConsumed(decided, next);
  return next.type === "run:faulted" ? undefined : "nothing happens after the verdict";
}

/** Whether a line, or the one before what was made of it, is a verdict. */
function isVerdict(events: readonly RecordEvent[], index: number): boolean {
  const before = events.slice(0, index + 1).findLast((one) => !isOfConsumption(one));
  return before?.type === "run:decided";
}

function whyNotConsumed(event: RunDecided, { digest }: RunConsumed): string | undefined {
  const { decision, release } = event.verdict as Pick<VerdictSummary, "decision"> & Partial<VerdictSummary>;
  if (decision !== "promote") return `a verdict is consumed where it is promote, and not ${decision}`;
  return release?.artifact?.digest === digest ? undefined : "a verdict is consumed for the artifact of its release";
}

function whyOverdue(event: RecordEvent): string | undefined {
  if (event.type !== "gate:waived" && event.type !== "gate:upheld" && event.type !== "run:bypassed") return undefined;
  const fault = overdueFault(event.notAfter, Date.parse(event.at));
  return fault && `${event.type} is taken: ${fault}`;
}

function whyUngrounded(finding: Finding, tree: GateDescription): string | undefined {
  const { gate, status, decision } = finding;
  const says = `gate "${gate}" was ${status}, which`;
  if (!grounds[decision].has(status)) return `${says} never means ${decision}`;
  const description = checkAt(tree, gate);
  if (!description || decision !== "rollback") return undefined;
  const allowed = status === "failed" ? description.onFail : description.onError;
  return allowed === "rollback" ? undefined : `${says} does not mean rollback for this gate`;
}

function whyNotWithdrawn({ gate }: GateWithdrawn, before: readonly RecordEvent[]): string | undefined {
  const last = before.findLast((event) => event.type === "gate:settled" && event.gate === gate);
  const hasPassed = last?.type === "gate:settled" && last.finding.status === "passed";
  return hasPassed ? undefined : `gate "${gate}" had not passed, and nothing of that can be taken back`;
}

function whyNotWaived({ gate, waiver, at }: GateWaived & RecordEvent, tree: GateDescription): string | undefined {
  if (waiver.gate !== gate) return `gate "${gate}" is waived by the waiver of "${waiver.gate}"`;
  if (isOver(waiver, Date.parse(at))) return `the waiver of "${gate}" ended before it was given`;
  const fault = new WaivableGates(tree).faultOf(gate);
  return fault && `gate "${gate}" is waived, which is no gate of the plan that decides`;
}

/** The gate of a path that looks at the world itself. A round of a repeated gate has no place in the tree. */
function checkAt(tree: GateDescription, path: string): GateDescription | undefined {
  if (tree.form === "check") return tree.path === path ? tree : undefined;
  if (tree.form === "repeated" || (tree.path !== path && !path.startsWith(`${tree.path}/`))) return undefined;
  for (const inside of tree.gates ?? []) {
    const found = checkAt(inside, path);
    if (found) return found;
  }
  return undefined;
}
