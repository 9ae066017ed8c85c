import type { ScenarioKey } from "./scenarios.js";
import type { Cell, Outcomes } from "./tally.js";

/** What a whole run found. */
export interface Results {
  readonly seed: number;
  /** Traces a cell. */
  readonly traces: number;
  readonly cells: ReadonlyMap<string, Cell>;
}

/** Where one figure stands. */
export interface Place {
  readonly judge: string;
  readonly key: ScenarioKey;
  readonly perMinute: number;
  readonly decision: keyof Outcomes;
}

/** The key of a cell. */
export function cellKey(key: ScenarioKey, perMinute: number): string {
  return `${key} ${perMinute}`;
}

/** How many traces were decided at each minute; null where a judge was not asked. */
export function minutesOf({ cells }: Results, { judge, key, perMinute, decision }: Place): readonly number[] | null {
  return cells.get(cellKey(key, perMinute))?.[judge]?.[decision] ?? null;
}

/** Which share of the traces was decided so by some minute. NaN where a judge was not asked. */
export function shareBy(
  results: Results,
  { minute = Infinity, ...place }: Place & { readonly minute?: number },
): number {
  const minutes = minutesOf(results, place);
  if (minutes === null) return Number.NaN;
  return minutes.reduce((sum, count, at) => sum + (at <= minute ? count : 0), 0) / results.traces;
}

/** The minute by which half of all traces were decided so; null where fewer were. */
export function medianMinute(results: Results, place: Place): number | null {
  const minutes = minutesOf(results, place) ?? [];
  let decided = 0;
  for (const [minute, count] of minutes.entries()) {
    decided += count;
    if (decided * 2 >= results.traces) return minute;
  }
  return null;
}
