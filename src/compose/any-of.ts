import type { CompositeGate, Gate } from "../gate/gate.js";
import { composite, type CompositeOptions } from "./composite.js";

/**
 * Promotes when one gate promotes; else it is as good as the best. The same as `atLeast(1, …)`.
 *
 * @example
 * ```ts
 * import { anyOf, healthProbe } from "release-gates";
 *
 * export const oneRegion = anyOf("one region", [
 *   healthProbe("west", { http: "https://west.example/healthz" }),
 *   healthProbe("east", { http: "https://east.example/healthz" }),
 * ]);
 * ```
 */
export function anyOf(name: string, gates: readonly Gate[], options?: CompositeOptions): CompositeGate {
  return composite("any-of", name, gates, options, { need: 1, inOrder: false });
}
