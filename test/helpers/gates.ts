import {
  defineGate,
  type CheckResult,
  type GateContext,
  type GateOptions,
  type Json,
  type Release,
} from "release-gates";
import * as z from "zod";

/** A release for tests that do not care which. */
export const release: Release = { name: "orders", version: "2.4.0", environment: "production" };

type Answer = "pass" | "fail" | "inconclusive" | "error";

const scripted = defineGate({
  kind: "scripted",
  config: z.strictObject({ answer: z.enum(["pass", "fail", "inconclusive", "error"]), after: z.number() }),
  evidence: z.object({ answer: z.string() }),
  defaults: { onFail: "rollback", timeout: "1d" },
  async check({ config: { answer, after }, sleep, pass, fail, inconclusive }) {
    if (after > 0) await sleep(after);
    if (answer === "pass") return pass("was good", { answer });
    if (answer === "fail") return fail("was bad", { answer });
    if (answer === "inconclusive") return inconclusive("was unclear", { answer });
    throw new Error("broke");
  },
});

/** A gate that gives this answer after so many milliseconds. */
export function gate(name: string, answer: Answer, after = 0, options: GateOptions = {}) {
  return scripted(name, { answer, after }, options);
}

const recurring = defineGate({
  kind: "recurring",
  config: z.strictObject({ answers: z.custom<(at: number) => Answer>(), took: z.number() }),
  evidence: z.null(),
  defaults: { onFail: "rollback", timeout: "1d" },
  async check({ config, now, sleep, pass, fail, inconclusive }) {
    const answer = config.answers(now());
    if (config.took > 0) await sleep(config.took);
    if (answer === "pass") return pass("was good", null);
    if (answer === "fail") return fail("was bad", null);
    if (answer === "inconclusive") return inconclusive("was unclear", null);
    throw new Error("broke");
  },
});

/** A gate whose answer depends on when it is asked. */
export function changing(name: string, answers: (at: number) => Answer, took = 0, options: GateOptions = {}) {
  return recurring(name, { answers, took }, options);
}

/** How a custom gate looks at the world. */
export type Check = (context: GateContext<{ check: Check }, Json>) => CheckResult<Json> | Promise<CheckResult<Json>>;

const handwritten = defineGate({
  kind: "handwritten",
  config: z.strictObject({ check: z.custom<Check>((value) => typeof value === "function") }),
  evidence: z.custom<Json>((value) => z.json().safeParse(value).success),
  defaults: { onFail: "rollback", timeout: "1d" },
  check: (context) => context.config.check(context),
});

/** A gate whose `check` is written out in the test. */
export function custom(name: string, check: Check, options: GateOptions = {}) {
  return handwritten(name, { check }, options);
}
