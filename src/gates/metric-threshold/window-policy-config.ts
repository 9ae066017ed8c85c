import * as z from "zod";
import type { WindowPolicy } from "./window-policy.js";

/** When the gate passes and fails. Samples without an answer are neither good nor bad, and never break a row. */
export interface WindowPolicyConfig {
  /**
   * How many bad samples fail: `bad` among the last `inLast` judged ones (without `inLast`: among all), or so many `inARow`.
   *
   * @default { bad: 2, inLast: 5 }, or less where fewer samples are planned
   */
  readonly failAfter?: { readonly bad: number; readonly inLast?: number } | { readonly inARow: number };
  /**
   * How many good samples pass: `good` at the end of the window, or at once with so many `inARow`.
   *
   * @default { good: half of the planned samples, rounded up }
   */
  readonly passAfter?: { readonly good: number } | { readonly inARow: number };
  /** How many samples without an answer a pass may contain. With one more the gate cannot pass any longer. */
  readonly tolerate?: ToleranceConfig;
}

/** How many samples without an answer a pass may contain, by their kind. */
interface ToleranceConfig {
  /** Samples that could not be taken, after the retries of each. @default 0 */
  readonly errors?: number;
  /** Samples for which the source had no value. @default 0 */
  readonly noData?: number;
  /** Samples that are NaN, or infinite on the good side of the bound. @default 0 */
  readonly nan?: number;
}

const count = z.int().min(1);
const tolerance = z.int().min(0).default(0);

/** The fields of {@link WindowPolicyConfig}. */
export const windowPolicyFields = {
  failAfter: z
    .union([z.strictObject({ bad: count, inLast: count.optional() }), z.strictObject({ inARow: count })], {
      error: "expected { bad, inLast } or { inARow }, whole numbers from 1",
    })
    .optional(),
  passAfter: z
    .union([z.strictObject({ good: count }), z.strictObject({ inARow: count })], {
      error: "expected { good } or { inARow }, a whole number from 1",
    })
    .optional(),
  tolerate: z
    .strictObject({ errors: tolerance, noData: tolerance, nan: tolerance })
    .default({ errors: 0, noData: 0, nan: 0 }),
};

type ParsedFields = {
  readonly [Field in keyof typeof windowPolicyFields]: z.output<(typeof windowPolicyFields)[Field]>;
};

/** The policy of a config, for a number of samples. */
export function windowPolicy(fields: Partial<ParsedFields>, planned: number): WindowPolicy {
  const { failAfter, passAfter, tolerate = { errors: 0, noData: 0, nan: 0 } } = fields;
  return { planned, fail: failRule(failAfter, planned), pass: passRule(passAfter, planned), tolerate };
}

function failRule(rule: ParsedFields["failAfter"] | undefined, planned: number): WindowPolicy["fail"] {
  if (rule === undefined) return { bad: Math.min(2, planned), inLast: Math.min(5, planned) };
  if ("inARow" in rule) return { bad: rule.inARow, inLast: rule.inARow };
  return { bad: rule.bad, inLast: rule.inLast ?? planned };
}

function passRule(rule: ParsedFields["passAfter"] | undefined, planned: number): WindowPolicy["pass"] {
  if (rule === undefined) return { good: Math.ceil(planned / 2), inARow: false };
  return "inARow" in rule ? { good: rule.inARow, inARow: true } : { good: rule.good, inARow: false };
}

/** Why a policy is vacuous, and which field makes it so. */
export interface PolicyIssue {
  readonly message: string;
  readonly path: readonly string[];
}

/** Says why a policy is vacuous: can never fail, can never pass, or has a limit that limits nothing. Empty where it is not. */
export function vacuousPolicyIssues({ planned, fail, pass, tolerate }: WindowPolicy): readonly PolicyIssue[] {
  const issues: PolicyIssue[] = [];
  const samples = `${planned} ${planned === 1 ? "sample is" : "samples are"} planned`;
  if (fail.bad > planned) {
    issues.push({ path: ["failAfter"], message: `can never fail: needs ${fail.bad} bad samples, and ${samples}` });
  } else if (fail.bad > fail.inLast) {
    issues.push({
      path: ["failAfter"],
      message: `can never fail: needs ${fail.bad} bad samples in the last ${fail.inLast}`,
    });
  } else if (fail.inLast > planned) {
    issues.push({
      path: ["failAfter", "inLast"],
      message: `expected at most ${planned}, as ${samples}; got ${fail.inLast}`,
    });
  }
  if (pass.good > planned) {
    issues.push({ path: ["passAfter"], message: `can never pass: needs ${pass.good} good samples, and ${samples}` });
    return issues;
  }
  const most = planned - pass.good;
  for (const [name, tolerated] of Object.entries(tolerate)) {
    if (tolerated <= most) continue;
    const message = `tolerates everything: expected at most ${most}, as ${samples} and a pass needs ${pass.good} good; got ${tolerated}`;
    issues.push({ path: ["tolerate", name], message });
  }
  return issues;
}
