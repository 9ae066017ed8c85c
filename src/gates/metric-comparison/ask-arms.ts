import type { GateContext } from "../../gate/gate-context.js";
import { askWhenDue, type DueAnswer } from "../metric-threshold/ask-when-due.js";
import type { MetricSource } from "../metric-threshold/metric-source.js";
import type { Arm } from "./arm.js";
import type { Role } from "./arm-config.js";
import type { ComparisonSettings } from "./comparison-settings.js";
import type { WindowAnswer } from "./read-value.js";
import type { WindowAnswers } from "./read-window.js";

/** What the sources of both arms said, by their places: `canary.events`. */
export type ArmsAnswers = ReadonlyMap<string, DueAnswer>;

/** When the arms are asked. Milliseconds since the epoch. */
export interface Look {
  /** When the first window began. */
  readonly start: number;
  /** When the window began that ends now; undefined at the beginning of the first, where only counters are read. */
  readonly from?: number;
  readonly at: number;
  readonly isCatchingUp: boolean;
}

interface Place {
  readonly arm: Arm;
  readonly role: Role;
  readonly source: MetricSource;
}

/** Asks the sources of both arms together, so that both are seen at the same time. */
export async function askArms(
  context: Pick<GateContext<ComparisonSettings, unknown>, "config" | "now" | "sleep" | "step">,
  { start, from, at, isCatchingUp }: Look,
): Promise<ArmsAnswers> {
  const { config } = context;
  const offset = (time: number) => `${(config.warmupMs + time - start) / 1_000}s`;
  const asked = placesOf(config).filter(({ source }) => from !== undefined || source.between !== undefined);
  const questions = asked.map(({ arm, role, source }) => {
    // A count of one window is no answer to a question about another one; where counters stand is.
    const isCount = source.between === undefined && from !== undefined;
    const time = isCount ? `${offset(from)}-${offset(at)}` : offset(at);
    return { source, name: `${arm}.${role}@${time}`, ...(from === undefined ? {} : { from }) };
  });
  const answers = await askWhenDue(
    context,
    { at, everyMs: config.everyMs, lagMs: config.lagMs, isCatchingUp },
    questions,
  );
  return new Map(asked.map((place, index) => [keyOf(place), answers[index] as DueAnswer]));
}

/** Puts what was said when a window began and when it ended side by side. */
export function windowAnswers(settings: ComparisonSettings, before: ArmsAnswers, after: ArmsAnswers): WindowAnswers {
  const answers: Record<Arm, Partial<Record<Role, WindowAnswer>>> = { canary: {}, baseline: {} };
  for (const place of placesOf(settings)) {
    const key = keyOf(place);
    const answer = after.get(key);
    if (!answer) throw new Error("unreachable: every source is asked when a window ends");
    answers[place.arm][place.role] = { source: place.source, before: before.get(key), after: answer };
  }
  return answers;
}

/** Whether every counter was read: a window may begin here. */
export function isBeginning(settings: ComparisonSettings, answers: ArmsAnswers): boolean {
  return placesOf(settings).every((place) => {
    if (place.source.between === undefined) return true;
    const answer = answers.get(keyOf(place));
    return answer !== undefined && "reading" in answer && answer.reading.kind === "totals";
  });
}

function placesOf({ canary, baseline }: ComparisonSettings): readonly Place[] {
  return (["canary", "baseline"] as const).flatMap((arm) =>
    Object.entries(arm === "canary" ? canary : baseline).map(([role, source]) => ({ arm, role: role as Role, source })),
  );
}

function keyOf({ arm, role }: Place): string {
  return `${arm}.${role}`;
}
