import { readFileSync } from "node:fs";
import { classify, cles, mean, meanRatio } from "./kayenta.js";
import { mannWhitney, rankSum } from "./mann-whitney.js";
import { normalQuantile } from "./normal-quantile.js";

type Numbers = readonly number[];

interface Case {
  readonly name: string;
  readonly kind: string;
  readonly input: Record<string, unknown>;
  readonly expected: Record<string, unknown>;
  /** How far off the expected value may be, where it was rounded when it was written down. */
  readonly tolerance?: unknown;
}

interface Metric {
  readonly classification: string;
  readonly critical: boolean;
  readonly groups: readonly string[];
}

const agreed = 1e-4;

/** What we find for a case, under the names that the case expects it by. */
function find(kind: string, input: Record<string, unknown>): Record<string, unknown> {
  const numbers = (key: string) => ((input[key] ?? []) as (number | string)[]).map(Number);
  const ascending = (key: string) => Float64Array.from(numbers(key)).toSorted();
  const [experiment, control, data] = [numbers("experiment"), numbers("control"), numbers("data")];
  switch (kind) {
    case "mann-whitney-classifier": {
      const real = [experiment, control].map((values) => values.filter((value) => !Number.isNaN(value)));
      const { label, critical, effect } = classify(real[0] as Numbers, real[1] as Numbers, input);
      return { classification: label, critical, deviation: effect, reasonPresent: label === "Nodata" };
    }
    case "mean-inequality-classifier": {
      const difference = mean(experiment) - mean(control);
      return { classification: difference > 0 ? "High" : difference < 0 ? "Low" : "Pass" };
    }
    case "mann-whitney-ci": {
      const { lower, upper, estimate } = mannWhitney(experiment, control, input["confidenceLevel"] as number);
      return { ciLower: lower, ciUpper: upper, estimate };
    }
    case "mann-whitney-intermediate": {
      const [x, y] = [ascending("x"), ascending("y")];
      const [muMin, muMax] = [Math.min(...x) - Math.max(...y), Math.max(...x) - Math.min(...y)];
      const z = normalQuantile(1 - (1 - (input["confidenceLevel"] as number)) / 2);
      const { lower, upper, estimate } = mannWhitney([...x], [...y], input["confidenceLevel"] as number);
      return {
        muMin,
        muMax,
        zLower: z,
        zUpper: -z,
        fAtMuMin_zLower: rankSum(x, y, muMin, true) - z,
        fAtMuMax_zLower: rankSum(x, y, muMax, true) - z,
        fAtMuMin_zUpper: rankSum(x, y, muMin, true) + z,
        fAtMuMax_zUpper: rankSum(x, y, muMax, true) + z,
        ciLower: lower,
        ciUpper: upper,
        estimate,
      };
    }
    case "wilcoxon-z":
      return { value: rankSum(ascending("x"), ascending("y"), input["mu"] as number, true) };
    case "normal-quantile":
      return { value: normalQuantile(input["p"] as number) };
    case "effect-mean-ratio":
      return { value: meanRatio(experiment, control) };
    case "effect-cles":
      return { value: cles(experiment, control) };
    case "effect-cohen-d": {
      const pooled = Math.sqrt((deviation(experiment) ** 2 + deviation(control) ** 2) / 2);
      return { value: (mean(experiment) - mean(control)) / pooled };
    }
    case "percentile-R7":
      return { value: percentile(data, input["p"] as number) };
    case "summary":
      if (data.length === 0) return { min: 0, max: 0, mean: 0, std: 0, count: 0 };
      return {
        min: Math.min(...data),
        max: Math.max(...data),
        mean: mean(data),
        std: deviation(data),
        count: data.length,
      };
    case "outlier-detect-iqr":
      return { isOutlier: outliersByQuartiles(data, input["factor"] as number) };
    case "outlier-remove-iqr": {
      const isOutlier = outliersByQuartiles(data, input["factor"] as number);
      return { values: data.filter((_, index) => isOutlier[index] === false) };
    }
    case "outlier-detect-ksigma":
      return { isOutlier: outliersByDeviation(data, input["k"] as number) };
    case "outlier-remove-ksigma": {
      const isOutlier = outliersByDeviation(data, input["k"] as number);
      return { values: data.filter((_, index) => isOutlier[index] === false) };
    }
    case "nan-remove":
      return { values: data.filter((value) => !Number.isNaN(value)) };
    case "nan-replace":
      return { values: data.map((value) => (Number.isNaN(value) ? input["value"] : value)) };
    case "weighted-sum-score":
      return score(input["metrics"] as readonly Metric[], input["groupWeights"] as Record<string, number>);
    default:
      return {};
  }
}

function deviation(values: Numbers): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

function percentile(values: Numbers, percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = ((sorted.length - 1) * percent) / 100;
  const [below, above] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number];
  return below + (at - Math.floor(at)) * (above - below);
}

function outliersByQuartiles(values: Numbers, factor: number): readonly boolean[] {
  const [first, third] = [percentile(values, 25), percentile(values, 75)];
  const reach = factor * (third - first);
  return values.map((value) => value < first - reach || value > third + reach);
}

function outliersByDeviation(values: Numbers, factor: number): readonly boolean[] {
  const [middle, reach] = [mean(values), factor * deviation(values)];
  return values.map((value) => Math.abs(value - middle) > reach);
}

function score(metrics: readonly Metric[], weights: Record<string, number>): Record<string, unknown> {
  const groups = [...new Set(metrics.flatMap((metric) => metric.groups))].toSorted();
  const scored = groups.map((group) => {
    const labels = metrics.filter((metric) => metric.groups.includes(group)).map((metric) => metric.classification);
    const counted = labels.filter((label) => label !== "Nodata" && label !== "Error");
    const passed = counted.filter((label) => label === "Pass").length;
    return {
      group,
      isEmpty: counted.length === 0,
      value: counted.length === 0 ? 100 : (100 * passed) / counted.length,
    };
  });
  const stated = groups.filter((group) => weights[group] !== undefined);
  const rest =
    (100 - stated.reduce((sum, group) => sum + (weights[group] as number), 0)) / (groups.length - stated.length);
  const isZero =
    metrics.some((metric) => metric.critical && metric.classification !== "Pass") ||
    metrics.filter((metric) => metric.classification === "Nodata").length * 2 >= metrics.length;
  const sum = scored.reduce((total, { group, value }) => total + (value * (weights[group] ?? rest)) / 100, 0);
  return {
    summaryScore: isZero ? 0 : Math.round(sum * 100) / 100,
    groupScores: scored.map(({ isEmpty, value }) => (isEmpty ? 0 : value)),
  };
}

function agrees(found: unknown, expected: unknown, within: number): boolean {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(found) &&
      found.length === expected.length &&
      expected.every((each, index) => agrees(found[index], each, within))
    );
  }
  if (typeof expected === "number" || expected === "NaN") {
    const [ours, theirs] = [Number(found), Number(expected)];
    return Number.isNaN(theirs)
      ? Number.isNaN(ours)
      : Math.abs(ours - theirs) <= within * Math.max(1, Math.abs(theirs));
  }
  return found === expected;
}

/** Prints how many of Kayenta's own cases, in a file of JSON, its peer here agrees with, and which not. */
export function checkKayentaCases(path: string): void {
  const cases = JSON.parse(readFileSync(path, "utf8")) as readonly Case[];
  const failed = cases.filter(({ kind, input, expected, tolerance }) => {
    const found = find(kind, input);
    const within = typeof tolerance === "number" ? Math.max(agreed, tolerance) : agreed;
    return !Object.entries(expected).every(([key, value]) => agrees(found[key], value, within));
  });
  for (const { kind, name, input, expected } of failed) {
    console.log(
      `not so: ${kind}, ${name}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(find(kind, input))}`,
    );
  }
  console.log(`${cases.length - failed.length} of ${cases.length} of Kayenta's cases agree.`);
}
