import * as z from "zod";
import { aboveBound, belowBound, betweenBound, conditionBound, type Bound } from "./bound.js";

/** What is expected of a value, by exactly one of `below`, `above`, `between` and `condition`. NaN is never as expected. */
export type BoundConfig = BelowConfig | AboveConfig | BetweenConfig | ConditionConfig;

interface BelowConfig {
  /** The value must be less than this. */
  readonly below: number;
  readonly above?: never;
  readonly between?: never;
  readonly condition?: never;
  readonly describe?: never;
}

interface AboveConfig {
  /** The value must be more than this. */
  readonly above: number;
  readonly below?: never;
  readonly between?: never;
  readonly condition?: never;
  readonly describe?: never;
}

interface BetweenConfig {
  /** The value must be one of these two, or between them. */
  readonly between: readonly [least: number, most: number];
  readonly below?: never;
  readonly above?: never;
  readonly condition?: never;
  readonly describe?: never;
}

interface ConditionConfig {
  /** Says whether a value is as expected. Never asked for NaN. Must depend on the value alone: a replay asks again. */
  readonly condition: (value: number) => boolean;
  /** The condition in words, as they follow "expected": `an even number`. */
  readonly describe: string;
  readonly below?: never;
  readonly above?: never;
  readonly between?: never;
}

/** The fields of {@link BoundConfig}. */
export const boundFields = {
  below: z.number().optional(),
  above: z.number().optional(),
  between: z.tuple([z.number(), z.number()]).readonly().optional(),
  condition: z
    .custom<ConditionConfig["condition"]>((value) => typeof value === "function", "expected a function")
    .optional(),
  describe: z.string().min(1).max(200).optional(),
};

type ParsedBound = { readonly [Field in keyof typeof boundFields]?: z.output<(typeof boundFields)[Field]> };

const names = ["below", "above", "between", "condition"] as const;

/** The bound of a config; undefined, with an issue, where it is not exactly one. */
export function boundOf(
  config: ParsedBound & { readonly unit?: string | undefined },
  addIssue: (message: string, path?: readonly string[]) => void,
): Bound | undefined {
  const { below, above, between, condition, describe, unit } = config;
  const given = names.filter((name) => config[name] !== undefined);
  if (given.length !== 1) {
    addIssue(`expected exactly one of ${names.join(", ")}; got ${given.length === 0 ? "none" : given.join(" and ")}`);
    return undefined;
  }
  if ((condition === undefined) !== (describe === undefined)) {
    addIssue("expected the condition in words, next to condition and nowhere else", ["describe"]);
    return undefined;
  }
  if (between !== undefined && between[0] > between[1]) {
    addIssue(`can never pass: ${between[0]} is more than ${between[1]}`, ["between"]);
    return undefined;
  }
  if (below !== undefined) return belowBound(below, unit);
  if (above !== undefined) return aboveBound(above, unit);
  if (between !== undefined) return betweenBound(between, unit);
  return condition && describe !== undefined ? conditionBound(condition, describe) : undefined;
}
