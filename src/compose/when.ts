import * as z from "zod";
import type { ConditionalGate, Gate } from "../gate/gate.js";
import { parsePublicConfig } from "../gate/gate-config.js";
import type { Release } from "../gate/release.js";
import { decidingGateSchema } from "./composite.js";

const conditionSchema = z.strictObject({
  applies: z.custom<(release: Release) => boolean>((value) => typeof value === "function", {
    error: "expected a function of the release",
  }),
  because: z.string().trim().min(1).optional(),
});

/**
 * Applies a gate to some releases only; for the others it is skipped, and drops out of its composite.
 *
 * The predicate is asked once, before the run starts. Where it throws, the gate is errored, not skipped.
 *
 * @example
 * ```ts
 * import { healthProbe, when } from "release-gates";
 *
 * export const cdn = when(
 *   (release) => release.environment === "production",
 *   healthProbe("cdn", { http: "https://cdn.example/healthz" }),
 *   { because: "only production has a CDN" },
 * );
 * ```
 */
export function when(
  applies: (release: Release) => boolean,
  gate: Gate,
  options: { readonly because?: string } = {},
): ConditionalGate {
  const name = gate?.name ?? "";
  parsePublicConfig("when", name, decidingGateSchema, gate);
  const { because } = parsePublicConfig("when", name, conditionSchema, { applies, ...options });
  const condition = because ?? (applies.name || "a condition on the release");
  return { form: "conditional", kind: "when", name: gate.name, gate, condition, applies };
}
