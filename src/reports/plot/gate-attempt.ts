import type { Finding } from "../../gate/finding.js";
import type { RecordEvent } from "../../run/record/record-event.js";
import { planPath } from "../../run/record/plan-path.js";
import { instantMs, readSample, type PlottedSample } from "./plotted-sample.js";

/** What a gate has measured in one attempt, and what came of it. */
export interface GateAttempt {
  /** The gate's path in the plan. */
  readonly gate: string;
  readonly attempt: number;
  /** In the order of their time. */
  readonly samples: readonly PlottedSample[];
  /** Undefined where the gate has not answered. */
  readonly answer: { readonly finding: Finding; readonly atMs: number } | undefined;
}

/** What each gate of the plan has measured, attempt by attempt; the rounds of a repeated gate are the gate's own. */
export function readAttempts(events: readonly RecordEvent[]): ReadonlyMap<string, readonly GateAttempt[]> {
  const gates = new Map<string, OpenAttempt[]>();
  const stretches = new Map<string, number>();
  for (const event of events) {
    if (event.type === "gate:started") {
      // It measures nothing again: what it measured before is what it still rests on.
      if (event.confirms !== undefined) continue;
      stretches.set(event.gate, event.seq);
      if (event.gate === planPath(event.gate)) begin(gates, event.gate, event.attempt);
    } else if (event.type === "gate:measured") {
      const gate = planPath(event.gate);
      const place = event.gate.replace(/[#~][^/]*/g, "").slice(gate.length + 1);
      const sample = readSample(event, place, stretches.get(event.gate) ?? 0);
      current(gates, gate).samples.push(sample);
    } else if (event.type === "gate:settled" && event.gate === planPath(event.gate)) {
      current(gates, event.gate).answer = { finding: event.finding, atMs: instantMs(Date.parse(event.at)) ?? 0 };
    }
  }
  for (const { samples } of [...gates.values()].flat()) samples.sort((a, b) => a.atMs - b.atMs);
  return gates;
}

interface OpenAttempt extends GateAttempt {
  readonly samples: PlottedSample[];
  answer: GateAttempt["answer"];
}

function begin(gates: Map<string, OpenAttempt[]>, gate: string, attempt: number): OpenAttempt {
  const begun: OpenAttempt = { gate, attempt, samples: [], answer: undefined };
  gates.set(gate, [...(gates.get(gate) ?? []), begun]);
  return begun;
}

function current(gates: Map<string, OpenAttempt[]>, gate: string): OpenAttempt {
  // Whoever listens from the middle of a run has not heard of every start.
  return gates.get(gate)?.at(-1) ?? begin(gates, gate, 1);
}
