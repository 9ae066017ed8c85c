import { defineGate, type GateOptions, type HoldsAnswer, type HoldsContext, type PassedFinding } from "release-gates";
import * as z from "zod";

/** Says whether what a gate found still holds. */
export type Hook = (
  context: HoldsContext<unknown>,
  passed: PassedFinding<{ readonly seen: number }>,
) => HoldsAnswer | Promise<HoldsAnswer>;

/** A kind of gate that passes as often as its check says so, after a while, and says by a hook whether that still holds. */
export const held = defineGate({
  kind: "held",
  config: z.strictObject({ check: z.custom<() => boolean>(), hook: z.custom<Hook>(), took: z.number() }),
  evidence: z.object({ seen: z.int() }),
  defaults: { onFail: "rollback", timeout: "1h" },
  async check({ config, attempt, sleep, pass, fail }) {
    if (config.took > 0) await sleep(config.took);
    return config.check() ? pass("was so", { seen: attempt }) : fail("was not so", { seen: attempt });
  },
  stillHolds: (context, passed) => context.config.hook(context, passed),
});

/** A gate that passes at once, and says by a hook whether that still holds. */
export function holding(name: string, hook: Hook, options: GateOptions & { readonly check?: () => boolean } = {}) {
  const { check = () => true, ...rest } = options;
  return held(name, { check, hook, took: 0 }, rest);
}

/** What a hook says. */
export const yes: HoldsAnswer = { holds: true };
export const no = (reason = "it has changed"): HoldsAnswer => ({ holds: false, reason });

/** Says no the first times, and yes from then on. */
export function noAtFirst(times: number, asAnswer: (answer: HoldsAnswer) => ReturnType<Hook> = (answer) => answer) {
  let asked = 0;
  return () => asAnswer(++asked <= times ? no() : yes);
}

/** Says it by a promise. */
export const later = (answer: HoldsAnswer) => Promise.resolve(answer);
