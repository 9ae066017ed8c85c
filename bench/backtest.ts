// What a backtest costs: days of one-minute samples, beside the same bound checked by hand over the same points, in one run.
import { allOf, metricThreshold } from "release-gates";
import { backtest, seriesHistory } from "release-gates/backtest";
import { fromFunction } from "release-gates/metrics";

const minuteMs = 60_000;
const from = Date.parse("2026-10-01T00:00:00Z");
const release = { name: "bench", version: "1.0.0", environment: "bench" };

const pointsOf = (samples: number) =>
  Array.from({ length: samples }, (_, index) => ({ at: from + (index + 1) * minuteMs, value: (index % 10) / 20 }));

type Points = ReturnType<typeof pointsOf>;

async function byBacktest(gates: number, samples: number, points: Points): Promise<void> {
  const names = Array.from({ length: gates }, (_, index) => `gate ${index}`);
  const gate = allOf(
    "all",
    names.map((name) => {
      const source = fromFunction(name, () => null);
      return metricThreshold(name, { source, below: 1, every: "1m", samples, failAfter: { bad: 3, inLast: 5 } });
    }),
  );
  const history = seriesHistory(Object.fromEntries(names.map((name) => [name, points])));
  const { windows } = await backtest(gate, { history, windows: [{ release, from }] });
  if (windows[0]?.outcome !== "promote") throw new Error(`expected promote, got ${windows[0]?.outcome}`);
}

/** The bound by hand: bad where three of the last five are not below 1. No record, no reasons, no other gate kinds. */
function byHand(gates: number, samples: number, points: Points): void {
  const byTime = new Map(points.map((point) => [point.at, point]));
  for (let gate = 0; gate < gates; gate++) {
    let recent: boolean[] = [];
    for (let sample = 1; sample <= samples; sample++) {
      const at = from + sample * minuteMs;
      const point = byTime.get(at);
      recent = [...recent, point !== undefined && point.value < 1].slice(-5);
      if (recent.filter((isGood) => !isGood).length >= 3) throw new Error("expected no failure");
    }
  }
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function measure(act: () => void | Promise<void>, rounds: number): Promise<{ wallMs: number; cpuMs: number }> {
  const walls: number[] = [];
  const cpus: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    const cpu = process.cpuUsage();
    await act();
    walls.push(performance.now() - started);
    const { user, system } = process.cpuUsage(cpu);
    cpus.push((user + system) / 1_000);
  }
  return { wallMs: median(walls), cpuMs: median(cpus) };
}

const cases = [
  { name: "a day, 1 gate", gates: 1, samples: 1_440, rounds: 9 },
  { name: "a day, 20 gates", gates: 20, samples: 1_440, rounds: 3 },
  { name: "30 days, 1 gate", gates: 1, samples: 43_200, rounds: 3 },
];
for (const { name, gates, samples, rounds } of cases) {
  const points = pointsOf(samples);
  const ours = await measure(() => byBacktest(gates, samples, points), rounds);
  const hand = await measure(() => byHand(gates, samples, points), rounds);
  const each = (ours.cpuMs / gates / samples) * 1_000;
  console.log(
    `${name.padEnd(16)} ${ours.wallMs.toFixed(0).padStart(6)} ms (${ours.cpuMs.toFixed(0)} ms of CPU), ` +
      `${each.toFixed(0)} µs a sample, by hand ${hand.cpuMs.toFixed(1)} ms, ratio ${(ours.cpuMs / hand.cpuMs).toFixed(0)}`,
  );
}
