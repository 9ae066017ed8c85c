import type { Finding } from "release-gates";
import type { Status } from "../../src/decision/status.js";

const meanings = {
  passed: "promote",
  failed: "rollback",
  inconclusive: "hold",
  errored: "hold",
  expired: "hold",
  cancelled: "hold",
  skipped: "hold",
} as const;

/** What a gate found, where a test does not care when. */
export function finding(gate: string, status: Status, extra: Partial<Finding> = {}): Finding {
  const decision = meanings[status];
  const reason = `was ${status}`;
  const observedAt = "2030-01-01T00:00:00.000Z";
  return { gate, kind: "scripted", status, decision, reason, observedAt, attempt: 1, ...extra };
}

/** Findings by path. */
export function byPath(...findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  return new Map(findings.map((each) => [each.gate, each]));
}
