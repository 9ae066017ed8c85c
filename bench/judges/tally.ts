import type { Judge } from "./judge.js";
import { Random } from "./random.js";
import { scenarioKeys, scenarios, type ScenarioKey } from "./scenarios.js";

/** At which minute (from 1) how many traces were decided. */
export interface Outcomes {
  readonly rollback: number[];
  readonly promote: number[];
}

/** The outcomes of one judge. */
export type Cell = Readonly<Record<string, Outcomes>>;

/** Runs all judges over the same traces of one scenario, from one trace number to another. */
export function tally(
  judges: readonly Judge[],
  { key, perMinute, seed, from, to }: { key: ScenarioKey; perMinute: number; seed: number; from: number; to: number },
): Cell {
  const scenario = scenarios[key];
  const empty = () => Array.from({ length: scenario.looks + 1 }, () => 0);
  const cell: Record<string, Outcomes> = Object.fromEntries(
    judges.map(({ name }) => [name, { rollback: empty(), promote: empty() }]),
  );
  for (let trace = from; trace < to; trace += 1) {
    // One stream for each trace, whatever part of the traces a process was given.
    const random = new Random(seed, (scenarioKeys.indexOf(key) * 1_000 + perMinute) * 1_000_000 + trace);
    let open = judges.map((judge) => ({ name: judge.name, judge: judge.start() }));
    for (let minute = 0; minute < scenario.looks && open.length > 0; minute += 1) {
      const window = scenario.draw(random, perMinute, minute);
      open = open.filter(({ name, judge }) => {
        const decision = judge(window);
        if (decision === "hold") return true;
        const outcomes = (cell[name] as Outcomes)[decision];
        outcomes[minute + 1] = (outcomes[minute + 1] as number) + 1;
        return false;
      });
    }
  }
  return cell;
}
