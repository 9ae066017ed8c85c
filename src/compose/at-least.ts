import type { CompositeGate, Gate } from "../gate/gate.js";
import { composite, type CompositeOptions } from "./composite.js";

/**
 * Promotes when `count` gates promote; else it decides as the `count`-th best gate.
 *
 * Skipped and advisory gates drop out. Where fewer gates apply than are needed, it does not promote.
 *
 * @example
 * ```ts
 * import { atLeast, healthProbe } from "release-gates";
 *
 * export const twoRegions = atLeast(2, "two regions", [
 *   healthProbe("west", { http: "https://west.example/healthz" }),
 *   healthProbe("east", { http: "https://east.example/healthz" }),
 *   healthProbe("north", { http: "https://north.example/healthz" }),
 * ]);
 * ```
 */
export function atLeast(
  count: number,
  name: string,
  gates: readonly Gate[],
  options?: CompositeOptions,
): CompositeGate {
  return composite("at-least", name, gates, options, { need: count, inOrder: false });
}
