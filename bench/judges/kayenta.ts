import type { Judge } from "./judge.js";
import { mannWhitney, rankSum } from "./mann-whitney.js";
import { normalQuantile } from "./normal-quantile.js";
import { Random } from "./random.js";

export type KayentaLabel = "Pass" | "High" | "Low" | "Nodata" | "NodataFailMetric" | "Error";

/** The settings of one metric; the defaults are Kayenta's. */
export interface KayentaConfig {
  readonly direction?: "increase" | "decrease" | "either";
  readonly nanStrategy?: "remove" | "replace";
  readonly tolerance?: number;
  readonly confidenceLevel?: number;
  readonly effectSizeMeasure?: "meanRatio" | "cles";
  readonly allowedIncrease?: number;
  readonly allowedDecrease?: number;
  readonly criticalIncrease?: number;
  readonly criticalDecrease?: number;
  readonly isCriticalMetric?: boolean;
  readonly isDataRequired?: boolean;
}

export interface KayentaClass {
  readonly label: KayentaLabel;
  readonly critical: boolean;
  readonly effect?: number;
}

/** Kayenta's classification of one metric, written from its description. */
export function classify(
  experiment: readonly number[],
  control: readonly number[],
  config: KayentaConfig,
): KayentaClass {
  const { direction = "either", nanStrategy = "remove", tolerance = 0.25, confidenceLevel = 0.98 } = config;
  const { isCriticalMetric = false, isDataRequired = false, effectSizeMeasure = "meanRatio" } = config;
  const neutral = effectSizeMeasure === "cles" ? 0.5 : 1;
  const { allowedIncrease = neutral, allowedDecrease = neutral } = config;
  const { criticalIncrease = neutral, criticalDecrease = neutral } = config;
  if (experiment.length === 0 || control.length === 0) {
    if (nanStrategy === "replace") return { label: "Pass", critical: false };
    if (isDataRequired && !isCriticalMetric) return { label: "NodataFailMetric", critical: false };
    return { label: "Nodata", critical: isCriticalMetric };
  }
  const [ours, theirs] = [Float64Array.from(experiment).toSorted(), Float64Array.from(control).toSorted()];
  const isSame = ours.length === theirs.length && ours.every((value, index) => value === theirs[index]);
  if (isSame || (isConstant(ours) && isConstant(theirs) && ours[0] === theirs[0])) {
    return { label: "Pass", critical: false, effect: 1 };
  }
  const effect = effectSizeMeasure === "cles" ? cles(experiment, control) : meanRatio(experiment, control);
  try {
    const [x, y] = unconstant(experiment, control);
    const { lower, upper, estimate } = mannWhitney(x, y, confidenceLevel);
    const band = tolerance * Math.abs(estimate);
    const isHigh = direction !== "decrease" && lower > band && !(effect < allowedIncrease);
    const isLow = direction !== "increase" && upper < -band && !(effect > allowedDecrease);
    if (isHigh) return { label: "High", critical: isCriticalMetric && !(effect < criticalIncrease), effect };
    if (isLow) return { label: "Low", critical: isCriticalMetric && !(effect > criticalDecrease), effect };
    return { label: "Pass", critical: false, effect };
  } catch {
    return { label: "Error", critical: false };
  }
}

export function meanRatio(experiment: readonly number[], control: readonly number[]): number {
  const [ours, theirs] = [mean(experiment), mean(control)];
  return ours === 0 || theirs === 0 ? Number.NaN : ours / theirs;
}

/** The chance that one value of the experiment is greater than one of the control; ties count half. */
export function cles(experiment: readonly number[], control: readonly number[]): number {
  let greater = 0;
  for (const ours of experiment) for (const theirs of control) greater += (Math.sign(ours - theirs) + 1) / 2;
  return greater / (experiment.length * control.length);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Adds a little noise where each arm is constant, without which their ranks say nothing. */
function unconstant(x: readonly number[], y: readonly number[]): readonly [readonly number[], readonly number[]] {
  if (!isConstant(x) || !isConstant(y)) return [x, y];
  const random = new Random(1);
  const noisy = (values: readonly number[]) => values.map((value) => value + value * 1e-5 * random.normal());
  return [noisy(x), noisy(y)];
}

function isConstant(values: ArrayLike<number>): boolean {
  for (let index = 1; index < values.length; index += 1) if (values[index] !== values[0]) return false;
  return true;
}

const z = normalQuantile(0.99);

/** Kayenta's judge over a window that grows from the start, from some minute on: error rates in percent, a point a minute. */
export function kayentaJudge(name: string, direction: "increase" | "either", fromMinute: number): Judge {
  return {
    name,
    isSlow: true,
    start() {
      const [experiment, control] = [new Ascending(), new Ascending()];
      return (window) => {
        const ours = experiment.add((100 * window.canaryEvents) / window.canaryTotal);
        const theirs = control.add((100 * window.baselineEvents) / window.baselineTotal);
        if (ours.length < fromMinute || !mayFail(ours, theirs, direction)) return "hold";
        const { label } = classify([...ours], [...theirs], { direction });
        return label === "High" || label === "Low" ? "rollback" : "hold";
      };
    },
  };
}

/** Up to an hour of points, in ascending order: the rank test asks for no other. */
class Ascending {
  readonly #values = new Float64Array(60);
  #size = 0;

  add(value: number): Float64Array {
    let at = this.#size;
    for (; at > 0 && (this.#values[at - 1] as number) > value; at -= 1)
      this.#values[at] = this.#values[at - 1] as number;
    this.#values[at] = value;
    this.#size += 1;
    return this.#values.subarray(0, this.#size);
  }
}

/** Whether an end of the interval can be beyond 0, by what the solver may be off: spares nearly all of the work. */
function mayFail(x: Float64Array, y: Float64Array, direction: "increase" | "either"): boolean {
  const slack = 1e-3;
  // Where one arm is wholly above the other, the interval may end at their distance.
  if ((x[0] as number) > (y.at(-1) as number)) return true;
  if (direction === "either" && (x.at(-1) as number) < (y[0] as number)) return true;
  try {
    if (rankSum(x, y, -slack, true) > z) return true;
    return direction === "either" && rankSum(x, y, slack, true) < -z;
  } catch {
    return true;
  }
}
