import type { AdvisoryGate, Gate } from "../gate/gate.js";
import { parsePublicConfig } from "../gate/gate-config.js";
import { gateSchema } from "./composite.js";

/**
 * Reports a gate that never decides: a trial run for a new check.
 *
 * @example
 * ```ts
 * import { advisory, allOf, healthProbe } from "release-gates";
 *
 * export const probes = allOf("probes", [
 *   healthProbe("api", { http: "https://api.example/healthz" }),
 *   advisory(healthProbe("new cache", { tcp: { host: "cache.example", port: 6379 } })),
 * ]);
 * ```
 */
export function advisory(gate: Gate): AdvisoryGate {
  parsePublicConfig("advisory", gate?.name ?? "", gateSchema, gate);
  return { form: "advisory", kind: "advisory", name: gate.name, gate };
}
