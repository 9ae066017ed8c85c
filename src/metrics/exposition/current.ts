import * as z from "zod";
import { explainSeries } from "../explain-series.js";
import { reducePoints, reductions } from "../reduce-points.js";
import { parseSourceOptions } from "../source-options.js";
import { AnswerFault } from "../answer-fault.js";
import type { ExpositionValue } from "./exposition-value.js";
import { formatSelector, isKnown, selectSamples, type SeriesSelector } from "./series-selector.js";

/** How several series become one value. */
export interface CurrentOptions {
  /** What several series become. @default several series are an error */
  readonly reduce?: "max" | "min" | "avg" | "sum";
}

const schema = z.strictObject({ reduce: z.enum(reductions).exclude(["last"]).optional() });

/** The value of a gauge as it stands. */
export function current(of: SeriesSelector<"gauge">, options: CurrentOptions = {}): ExpositionValue {
  const { reduce } = parseSourceOptions("current", schema, options);
  const shown = formatSelector(of);
  return {
    description: { current: shown, ...(reduce === undefined ? {} : { reduce }) },
    reportsTraffic: false,
    read: (scrape) => {
      const samples = selectSamples(scrape, of);
      if (samples.length === 0) {
        const detail = isKnown(scrape, of.name) ? `${shown} has no series` : `there is no metric ${of.name}`;
        return { kind: "no-data", detail };
      }
      if (samples.length > 1 && reduce === undefined) {
        throw new AnswerFault(
          explainSeries(
            samples.map(({ labels }) => Object.fromEntries(labels)),
            'reduce: "sum"',
          ),
        );
      }
      const value = reducePoints(
        samples.map((sample) => sample.value),
        reduce ?? "sum",
      );
      return Number.isNaN(value) ? { kind: "nan", detail: `${shown} is NaN` } : { kind: "value", value };
    },
  };
}
