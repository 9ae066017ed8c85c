import type { Decision } from "../../decision/decision.js";
import { consumable, type ConsumableVerdict, type ConsumedRun } from "../consume/consumable-verdict.js";
import { ownLines, storedLines } from "../consume/consumed-lines.js";
import { conclude } from "./conclude.js";
import type { LiveRunInput } from "./live-run-input.js";
import type { LiveScope } from "./live-scope.js";

interface GivenVerdict {
  readonly verdict: ConsumableVerdict;
  /** Tells those who listen to the run. */
  readonly tell: () => void;
}

/** Writes the verdict of a run that has ended. `decision` is what the gates came to, where they came to one. Never rejects. */
export async function giveVerdict(
  input: LiveRunInput,
  { shown, host, log }: LiveScope,
  decision: Decision | undefined,
): Promise<GivenVerdict> {
  const { recorder, emitter, state } = log;
  const now = () => host.now();
  const { event, verdict } = await conclude({ runId: input.runId, subject: shown, state, recorder, now, decision });
  recorder.writer.end();
  const tell = () => {
    if (!event) return;
    emitter.emit(event);
    log.tellHead(verdict.record);
  };
  return { verdict: consumable(verdict, consumedRun(input, { host, log })), tell };
}

function consumedRun(
  { runId, redact, options }: LiveRunInput,
  { host, log }: Pick<LiveScope, "host" | "log">,
): ConsumedRun {
  const lines = options.store ? storedLines(runId, options.store, log.recorder) : ownLines(runId, log.recorder);
  return { runId, redact, lines, isPast: host.past !== undefined, now: () => host.now() };
}
