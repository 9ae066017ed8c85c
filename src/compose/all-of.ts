import type { CompositeGate, Gate } from "../gate/gate.js";
import { composite, type CompositeOptions } from "./composite.js";

/**
 * Promotes when every gate that applies promotes; else it is as bad as the worst.
 *
 * @example
 * ```ts
 * import { allOf, healthProbe } from "release-gates";
 *
 * export const reachable = allOf("reachable", [
 *   healthProbe("api", { http: "https://api.example/healthz" }),
 *   healthProbe("database", { tcp: { host: "db.example", port: 5432 } }),
 * ]);
 * ```
 */
export function allOf(name: string, gates: readonly Gate[], options?: CompositeOptions): CompositeGate {
  return composite("all-of", name, gates, options, { need: "all", inOrder: false });
}
