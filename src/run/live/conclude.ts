import { worseOf, type Decision } from "../../decision/decision.js";
import { freeze } from "../record/freeze.js";
import type { RunDecided, RecordEvent } from "../record/record-event.js";
import type { Recorder } from "../record/recorder.js";
import type { RunState } from "../record/run-state.js";
import type { ShownSubject } from "../record/redact-body.js";
import { messageOf } from "../host/step-error.js";
import { findingsInOrder } from "../verdict/findings-in-order.js";
import { decide, type Verdict } from "../verdict/verdict.js";

/** A run that has ended, and what its verdict is made of. */
export interface EndedRun {
  readonly runId: string;
  readonly subject: ShownSubject;
  readonly state: RunState;
  readonly recorder: Recorder;
  readonly now: () => number;
  /** What the live run came to, where nothing could change it any more. */
  readonly decision: Decision | undefined;
}

/** The verdict, and the event that says it; no event where it could not be recorded at all. */
export interface Conclusion {
  readonly verdict: Verdict;
  readonly event?: RunDecided & RecordEvent;
}

/** Says the verdict of a run that has ended. Never rejects: a run that cannot say why it decided, holds. */
export async function conclude(run: EndedRun): Promise<Conclusion> {
  try {
    const event = await sayVerdict(run);
    const { lines, head } = run.recorder;
    const findings = findingsInOrder(run.subject.tree, run.state.findings);
    return { event, verdict: freeze({ ...event.verdict, findings, record: { lines: lines.length, head } }) };
  } catch (error) {
    return { verdict: lastResort(run, error) };
  }
}

/** A record that cannot be stored is a fault of the run, and such a run promotes nothing. */
async function sayVerdict(run: EndedRun): Promise<RunDecided & RecordEvent> {
  const { recorder } = run;
  const { writer } = recorder;
  try {
    // Evidence first, then the verdict: nobody acts on what a crash could make unsaid.
    await writer.stored();
    // A promote that is in doubt must not be written once more by itself.
    writer.end();
    const event = appendVerdict(run);
    await writer.stored();
    return event;
  } catch (error) {
    writer.end();
    // What the store could not do, or did not answer in time, it may have done all the same: then the verdict is what it says.
    const said = run.state.decided;
    const found = said === undefined ? "some" : await writer.lookUp();
    if (said !== undefined && found === "all") return lastVerdict(recorder);
    const doubt = found === "unknown" ? "; it is unknown whether the store has the verdict" : "";
    recorder.append({ type: "run:faulted", reason: `the record could not be stored: ${messageOf(error)}${doubt}` });
    const event = appendVerdict(run);
    if (found === "another") return event;
    // Nobody else must find a promote there that was not told; where it comes late, this is written behind it.
    if ((await writer.insist()) === "not yet") void writer.keepInsisting();
    return lastVerdict(recorder);
  }
}

// Where somebody has shipped with a promote that came late, that is the verdict: a hold can follow it no more.
function lastVerdict({ lines }: Recorder): RunDecided & RecordEvent {
  const line = lines.findLast((one) => (JSON.parse(one) as RecordEvent).type === "run:decided");
  return freeze(JSON.parse(line ?? "") as RunDecided & RecordEvent);
}

function appendVerdict(run: EndedRun): RunDecided & RecordEvent {
  const first = verdictOf(run);
  // Two implementations decide, one as it goes and one from the record. Where they differ, neither is believed.
  const { decision } = run;
  if (run.state.fault !== undefined || decision === undefined || first.decision === decision) {
    return run.recorder.append({ type: "run:decided", verdict: first });
  }
  const reason = `the record says ${first.decision}, and the run came to ${decision}`;
  run.recorder.append({ type: "run:faulted", reason });
  const verdict = verdictOf(run);
  return run.recorder.append({
    type: "run:decided",
    verdict: { ...verdict, decision: worseOf("hold", verdict.decision) },
  });
}

function verdictOf({ runId, subject, state, now }: EndedRun) {
  const decidedAt = new Date(now()).toISOString();
  const { findings, fault, cancelled, bypass, waivers, withdrawn, started } = state;
  const overrides = { waivers: waivers.all, bypass };
  return decide({
    runId,
    ...subject,
    findings,
    fault,
    cancelled,
    ...overrides,
    withdrawn,
    startedAt: started?.at ?? decidedAt,
    decidedAt,
  });
}

/** A verdict made of nothing that could fail once more: no clock, record or redaction of the run. */
function lastResort({ runId, subject, recorder }: EndedRun, error: unknown): Verdict {
  const { release, plan } = subject;
  const at = new Date().toISOString();
  return freeze({
    runId,
    release,
    plan,
    decision: "hold",
    // The error itself might hold what a redaction would have removed.
    reason: `hold ${release.name} ${release.version} in ${release.environment}: the run itself failed (${nameOf(error)})`,
    decidedBy: [],
    wouldChange: [],
    overridden: false,
    startedAt: at,
    decidedAt: at,
    findings: [],
    record: { lines: recorder.lines.length, head: recorder.head },
  });
}

function nameOf(error: unknown): string {
  return error instanceof RangeError || error instanceof TypeError ? error.name : "an unknown fault";
}
