import { allowedRange, type AllowedRange } from "./allowed-range.js";
import type { PlottedSample } from "./plotted-sample.js";

/** What is drawn above one another: the samples of one name. */
export interface Panel {
  readonly caption: string;
  /** Of every number of the panel; empty for none. */
  readonly unit: string;
  /** In the order of their time. */
  readonly samples: readonly PlottedSample[];
  readonly series: readonly Series[];
  readonly bound: PanelBound;
}

/** What is drawn as one line. */
export interface Series {
  readonly name: string;
  readonly samples: readonly PlottedSample[];
}

/** What the samples of a panel were judged by. */
export interface PanelBound {
  /** In words; empty where there is none. */
  readonly text: string;
  /** Empty where the bound has no numbers, or not always the same. */
  readonly limits: readonly number[];
  /** Undefined where the samples do not say which side is good. */
  readonly allowed: AllowedRange | undefined;
}

/** Sorts samples into panels, in the order of their first time. */
export function panelsOf(samples: readonly PlottedSample[]): readonly Panel[] {
  return groupsOf(samples, ({ place, name, unit }) => JSON.stringify([place, name, unit])).map((group) => {
    const [{ place, name, unit }] = group;
    const series = groupsOf(group, (sample) => sample.series).map((own) => ({ name: own[0].series, samples: own }));
    const caption = place === "" ? name : `${place}: ${name}`;
    return { caption, unit, samples: group, series, bound: boundOf(group) };
  });
}

function boundOf(samples: readonly PlottedSample[]): PanelBound {
  const judged = samples.filter(({ limits }) => limits.length > 0);
  const text = samples.findLast(({ bound }) => bound !== "")?.bound ?? "";
  // A line is drawn where it held for every sample.
  const isSame = new Set(judged.map(({ limits }) => String(limits))).size === 1;
  const limits = isSame ? (judged[0]?.limits ?? []) : [];
  return { text, limits, allowed: isSame ? allowedRange(limits, judged) : undefined };
}

function groupsOf(
  samples: readonly PlottedSample[],
  keyOf: (sample: PlottedSample) => string,
): readonly (readonly [PlottedSample, ...PlottedSample[]])[] {
  const groups = new Map<string, [PlottedSample, ...PlottedSample[]]>();
  for (const sample of samples) {
    const group = groups.get(keyOf(sample));
    if (group) group.push(sample);
    else groups.set(keyOf(sample), [sample]);
  }
  return [...groups.values()];
}
