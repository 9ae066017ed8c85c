import { metricThreshold, type Gate, type GateOptions, type RecordEvent, type Sample } from "release-gates";
import { custom } from "../../helpers/gates.js";
import { judge } from "../../helpers/judge.js";
import { scripted, type Scripted } from "../../gates/metric-threshold/scripted-source.js";

/** A metric threshold on an error ratio below 1 %, sampled twice a minute from a list. */
export function errorRatio(answers: readonly Scripted[], extra: object = {}, options: GateOptions = {}): Gate {
  const config = {
    source: scripted(answers, "Prometheus"),
    metric: "error ratio",
    unit: "ratio",
    below: 0.01,
    every: 30_000,
    samples: answers.length,
    failAfter: { bad: Math.min(3, answers.length), inLast: answers.length },
    ...extra,
  };
  return metricThreshold("errors", config, options);
}

/** A gate that measures what it is told, and then gives this answer. */
export function measuring(
  name: string,
  samples: readonly Partial<Sample>[],
  outcome: { readonly pass: string } | { readonly fail: string } = { pass: "it was good" },
): Gate {
  return custom(name, async ({ measure, now, sleep, pass, fail }) => {
    const from = now();
    for (const sample of samples) {
      const at = sample.at ?? now();
      if (at > now()) await sleep(at - now());
      measure({ name: "depth", value: null, status: "unknown", ...sample, at });
    }
    if (now() === from) await sleep("1s");
    return "pass" in outcome ? pass(outcome.pass, null) : fail(outcome.fail, null);
  });
}

/** The start of time on a virtual clock. */
export const startMs = Date.parse("2030-01-01T00:00:00Z");

/** What a comparison of two versions measures: three samples for each window. */
export function comparing(
  windows: readonly (readonly [canary: number | null, baseline: number, half: number])[],
): Gate {
  const name = "error ratio";
  const samples = windows.flatMap(([canary, baseline, half], index): readonly Sample[] => {
    const at = startMs + (index + 1) * 60_000;
    const difference = canary === null ? null : canary - baseline;
    const isBad = difference !== null && difference - half > 0.01;
    const isGood = difference !== null && difference + half < 0.01;
    const status = isBad ? "bad" : isGood ? "good" : "unknown";
    const detail = canary === null ? { detail: "no-data: nothing came from the canary" } : {};
    return [
      { name, unit: "ratio", series: "canary", at, value: canary, status, ...detail },
      { name, unit: "ratio", series: "baseline", at, value: baseline, status: "good" },
      {
        name: "difference",
        unit: "ratio",
        series: "difference",
        at,
        value: difference,
        status,
        interval: difference === null ? [null, null] : [difference - half, difference + half],
        limits: [0.01],
        bound: "at most 1 % more",
        ...detail,
      },
    ];
  });
  const outcome =
    samples.at(-1)?.status === "bad"
      ? { fail: "the error ratio of the canary is more than 1 % above that of the baseline" }
      : { pass: "the error ratio of the canary is at most 1 % above that of the baseline" };
  return measuring("canary", samples, outcome);
}

/** The record of a gate's run. */
export async function eventsOf(gate: Gate): Promise<readonly RecordEvent[]> {
  return (await judge(gate)).events;
}

/** What a run would have recorded of a gate that measured this, whether its author kept to the types or not. */
export function measured(samples: readonly object[], gate = "queue"): readonly RecordEvent[] {
  const at = new Date(startMs).toISOString();
  return samples.map((sample, index) => ({
    v: 1,
    seq: index + 1,
    at,
    prev: "",
    type: "gate:measured",
    gate,
    sample: sample as Sample,
  }));
}
