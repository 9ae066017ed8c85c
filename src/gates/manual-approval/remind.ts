import type { GateContext } from "../../gate/gate-context.js";
import { formatMs } from "../../gate/duration.js";

/** Which reminders a request has. */
export interface ReminderSettings {
  readonly remindEvery?: number | undefined;
  readonly escalateAfter?: number | undefined;
  /** How long people have in all. */
  readonly deadline: number;
}

/** When whoever is waited for is reminded, and when that is escalated. Milliseconds from the start. */
export interface Reminder {
  readonly name: "reminder" | "escalation";
  readonly afterMs: number;
}

/** Every reminder of a request before its deadline, in order. Pure. */
export function remindersOf({ remindEvery, escalateAfter, deadline }: ReminderSettings): readonly Reminder[] {
  const count = remindEvery === undefined ? 0 : Math.ceil(deadline / remindEvery) - 1;
  const reminders = Array.from({ length: count }, (_, index) => ({
    name: "reminder" as const,
    afterMs: (index + 1) * (remindEvery ?? 0),
  }));
  const escalations = escalateAfter === undefined ? [] : [{ name: "escalation" as const, afterMs: escalateAfter }];
  return [...reminders, ...escalations].toSorted((a, b) => a.afterMs - b.afterMs);
}

/** What is said of a request that still waits. */
export interface WaitingFor {
  readonly missing: number;
  readonly summary: string;
}

/** Measures what is missing at each reminder, for whoever listens. Never ends; rejects where the gate is no longer needed. */
export async function remind(
  { now, sleep, measure }: Pick<GateContext<unknown, never>, "now" | "sleep" | "measure">,
  settings: ReminderSettings,
  waitingFor: () => WaitingFor,
): Promise<never> {
  const startedAt = now();
  for (const { name, afterMs } of remindersOf(settings)) {
    // Whatever the gate learns meanwhile moves its time on.
    await sleep(Math.max(0, startedAt + afterMs - now()));
    const { missing, summary } = waitingFor();
    const detail = `after ${formatMs(afterMs)}: ${summary}`;
    measure({ name, at: startedAt + afterMs, value: missing, unit: "approvals", status: "unknown", detail });
  }
  return new Promise(() => {});
}
