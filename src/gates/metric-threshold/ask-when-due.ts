import { formatMs } from "../../gate/duration.js";
import type { GateContext } from "../../gate/gate-context.js";
import { askSource, type SourceAnswer, type SourceQuestion } from "./ask-source.js";

/** When questions are due. */
export interface DueTime {
  /** The instant, in milliseconds since the epoch. */
  readonly at: number;
  /** From one time to the next: how late an answer may be that is about its own time. */
  readonly everyMs: number;
  /** How long after its time is asked: what is asked for may arrive late. Milliseconds. @default 0 */
  readonly lagMs?: number;
  /** Whether a question of the time before was missed. @default false */
  readonly isCatchingUp?: boolean;
}

/** An answer, or that its time has passed. */
export type DueAnswer = SourceAnswer & { readonly isMissed?: true };

/**
 * Asks questions together when their time has come. A gate that is late asks at once, for the time at which it should have.
 *
 * A source that cannot look back would answer about now: where the process slept or its clock was set forward, what was due then is
 * missed, an error. Once a question was missed, so is every other one that is overdue.
 */
export async function askWhenDue<const Questions extends readonly Omit<SourceQuestion, "at" | "isPatient">[]>(
  context: Pick<GateContext<unknown, unknown>, "now" | "sleep" | "step">,
  { at, everyMs, lagMs = 0, isCatchingUp = false }: DueTime,
  questions: Questions,
): Promise<{ readonly [Index in keyof Questions]: DueAnswer }> {
  const dueAt = at + lagMs;
  const lateMs = context.now() - dueAt;
  if (lateMs < 0) await context.sleep(-lateMs);
  const isOverdue = lateMs > everyMs || (isCatchingUp && lateMs > 0);
  const answers = await Promise.all(
    questions.map(async (question): Promise<DueAnswer> => {
      if (isOverdue && question.source.looksBack !== true) return missed(question, lateMs);
      // A gate that is late already does not fall behind further by asking again.
      return askSource(context, { ...question, at, isPatient: lateMs <= 0 });
    }),
  );
  // How long it slept is known only after the first step that it did then; after all of them, whichever came last.
  const answeredLateMs = context.now() - dueAt;
  return questions.map((question, index) =>
    inTime(question, answers[index] as DueAnswer, answeredLateMs, everyMs),
  ) as unknown as { readonly [Index in keyof Questions]: DueAnswer };
}

type Asked = Pick<SourceQuestion, "source">;

function inTime(question: Asked, answer: DueAnswer, lateMs: number, everyMs: number): DueAnswer {
  if (question.source.looksBack === true || lateMs <= everyMs || "error" in answer) return answer;
  return {
    ...missed(question, lateMs),
    ...(answer.reading.kind === "totals" ? { totals: answer.reading.totals } : {}),
  };
}

function missed({ source }: Asked, lateMs: number): DueAnswer & { readonly error: Error } {
  const error = new Error(`missed: ${formatMs(lateMs)} too late, and ${source.name} cannot look back`);
  return { error, isMissed: true };
}
