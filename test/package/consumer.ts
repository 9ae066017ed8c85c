// Compiled against the packed package's declarations, strictly, library check included.
import { allOf, defineGate, isGateError, plan, runGates, type StandardSchemaV1, type Verdict } from "release-gates";
import { sqlite } from "release-gates/databases";
import { prometheus } from "release-gates/metrics";
import { toMarkdown } from "release-gates/reports";
import { memoryStore } from "release-gates/stores";
import { virtualClock } from "release-gates/testing";

declare const config: StandardSchemaV1<{ max: number }>;
declare const evidence: StandardSchemaV1<{ depth: number }>;

const depth = defineGate({
  kind: "depth",
  config,
  evidence,
  check: ({ config: { max }, pass, fail }) => (max > 0 ? pass("low", { depth: 1 }) : fail("high", { depth: 2 })),
});

const standard = plan("standard", (release) => allOf(release.name, [depth("backlog", { max: 3 })]));
const release = { name: "orders", version: "2.4.0", environment: "staging" };

export const verdict: Promise<Verdict> = runGates(standard, { release, store: memoryStore(), clock: virtualClock() });
export const report: Promise<string> = verdict.then(toMarkdown);
export const sources = [prometheus({ url: "http://localhost:9090", query: "up" }), sqlite({ file: "orders.db" })];
export const isOurs = (error: unknown): boolean => isGateError(error, "GATE_CONFIG_INVALID");
