import { formatMs } from "../../gate/duration.js";
import type { GateContext } from "../../gate/gate-context.js";
import { askSource, type SourceAnswer, type SourceQuestion } from "./ask-source.js";

/** A question that has its time. */
export interface DueQuestion extends Omit<SourceQuestion, "isPatient"> {
  /** From one question to the next: how late an answer may be that is about its own time. */
  readonly everyMs: number;
  /** Whether the question before was missed. @default false */
  readonly isCatchingUp?: boolean;
}

/** An answer, or that its time has passed. */
export type DueAnswer = SourceAnswer & { readonly isMissed?: true };

/**
 * Asks when the time has come. A gate that is late asks at once, for the time at which it should have.
 *
 * A source that cannot look back would answer about now: where the process slept or its clock was set forward, what was due then is
 * missed, an error. Once a question was missed, so is every other one that is overdue.
 */
export async function askWhenDue(
  context: Pick<GateContext<unknown, unknown>, "now" | "sleep" | "step">,
  { everyMs, isCatchingUp = false, ...question }: DueQuestion,
): Promise<DueAnswer> {
  const { source, at } = question;
  const lateMs = context.now() - at;
  if (lateMs < 0) await context.sleep(-lateMs);
  const looksBack = source.looksBack === true;
  if (!looksBack && (lateMs > everyMs || (isCatchingUp && lateMs > 0))) return missed(question, lateMs);
  // A gate that is late already does not fall behind further by asking again.
  const answer = await askSource(context, { ...question, isPatient: lateMs <= 0 });
  // How long it slept is known only after the first step that it did then.
  const answeredLateMs = context.now() - at;
  if (looksBack || answeredLateMs <= everyMs || "error" in answer) return answer;
  return {
    ...missed(question, answeredLateMs),
    ...(answer.reading.kind === "totals" ? { totals: answer.reading.totals } : {}),
  };
}

function missed({ source }: Pick<DueQuestion, "source">, lateMs: number): DueAnswer & { readonly error: Error } {
  const error = new Error(`missed: ${formatMs(lateMs)} too late, and ${source.name} cannot look back`);
  return { error, isMissed: true };
}
