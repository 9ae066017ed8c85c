import type { CompositeGate, Gate } from "../gate/gate.js";
import { composite, type CompositeOptions } from "./composite.js";

/**
 * Decides as `allOf`; each gate starts only when the one before promotes.
 *
 * A gate under `watch` lets the next one start as soon as its first answer is good, and goes on guarding.
 *
 * @example
 * ```ts
 * import { healthProbe, inSequence, manualApproval } from "release-gates";
 *
 * export const release = inSequence("release", [
 *   healthProbe("ready", { http: "https://api.example/readyz" }),
 *   manualApproval("sign-off", { from: { people: ["ada"] }, deadline: "4h" }),
 * ]);
 * ```
 */
export function inSequence(name: string, gates: readonly Gate[], options?: CompositeOptions): CompositeGate {
  return composite("in-sequence", name, gates, options, { need: "all", inOrder: true });
}
