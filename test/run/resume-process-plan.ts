import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { allOf, defineGate, inSequence, steady, type Gate } from "release-gates";
import * as z from "zod";

/** A plan that writes each step that it does into a file of the folder. */
export function processPlan(folder: string): Gate {
  const looks = defineGate({
    kind: "looks",
    config: z.strictObject({ steps: z.int() }),
    evidence: z.int(),
    async check({ config, step, pass }) {
      for (let number = 0; number < config.steps; number += 1) {
        await step(`look ${number}`, () => appendFileSync(join(folder, "steps.txt"), "x"));
      }
      return pass("looked", config.steps);
    },
  });
  const asks = defineGate({
    kind: "asks",
    config: z.strictObject({}),
    evidence: z.string(),
    defaults: { timeout: "5m" },
    async check({ waitFor, pass }) {
      return pass("was answered", await waitFor("word", z.string()));
    },
  });
  return inSequence("release", [
    allOf("checks", [
      looks("api", { steps: 8 }),
      steady(looks("probe", { steps: 1 }), { for: "200ms", every: "50ms", timeout: "5m" }),
    ]),
    asks("sign-off", {}),
    looks("after", { steps: 4 }),
  ]);
}
