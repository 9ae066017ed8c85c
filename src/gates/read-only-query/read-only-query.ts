import { defineGate, type GateFactory } from "../../gate/define-gate.js";
import { formatMs, toMs } from "../../gate/duration.js";
import type { CheckResult } from "../../gate/finding.js";
import type { JsonObject } from "../../gate/json.js";
import { askAndObserve } from "./ask-and-observe.js";
import { describeQuestion } from "./describe-question.js";
import { describeExpectation, type Expectation, type OneLook } from "./expectation.js";
import { defaultAhead } from "./freshness/freshness.js";
import { judgeObservation } from "./judge-observation.js";
import { watchProgress } from "./progress/watch-progress.js";
import { longestQueryMs, queryStep } from "./query-step.js";
import { readOnlyQueryConfig, type ReadOnlyQueryConfig, type ReadOnlyQuerySettings } from "./read-only-query-config.js";
import { readOnlyQueryEvidence, type QueryContext, type ReadOnlyQueryEvidence } from "./read-only-query-evidence.js";

/**
 * Makes a gate that asks a database, in a session that cannot write, whether its data is as it should be.
 *
 * Fails, which holds the release by default, where the rows are not as expected; is inconclusive where there is nothing to look at;
 * errors where the query was refused, cut short or not answered.
 *
 * @example
 * ```ts
 * import { readOnlyQuery } from "release-gates";
 * import { postgres } from "release-gates/databases";
 *
 * export const migrated = readOnlyQuery("every order was migrated", {
 *   database: postgres({ connection: "postgres://gates@db.internal/orders" }),
 *   query: "SELECT o.id FROM orders o LEFT JOIN orders_v2 n USING (id) WHERE n.id IS NULL LIMIT 100",
 *   expect: { none: true },
 * });
 * ```
 */
export const readOnlyQuery: GateFactory<"read-only-query", ReadOnlyQueryConfig, ReadOnlyQueryEvidence> = defineGate({
  kind: "read-only-query",
  config: readOnlyQueryConfig,
  evidence: readOnlyQueryEvidence,
  defaults: { onFail: "hold", timeout: longestMs },
  describe,
  check: (context) => {
    const { expect } = context.config;
    return "progress" in expect ? watchProgress(context, expect.progress) : look(context, expect);
  },
});

async function look(context: QueryContext, expect: OneLook): Promise<CheckResult<ReadOnlyQueryEvidence>> {
  const { config, step, now, pass, fail, inconclusive } = context;
  const { database } = config;
  const { observed, warnings } = await step(
    "query",
    ({ signal }) => askAndObserve(config, expect, now(), signal),
    queryStep(config),
  );
  const judgement = judgeObservation(expect, observed, now());
  const expected = describeExpectation(expect);
  const reason = `observed ${judgement.observed}, expected ${expected} (${database.name})`;
  const seen: ReadOnlyQueryEvidence = { database: database.name, expected, observed, warnings };
  if (judgement.status === "passed") return pass(reason, seen);
  return judgement.status === "failed" ? fail(reason, seen) : inconclusive(reason, seen);
}

/** A job may be asked for the last time when its time is over, and the run itself may need a little each time. */
function longestMs(config: ReadOnlyQuerySettings): number {
  const { expect } = config;
  return longestQueryMs(config) + ("progress" in expect ? toMs(expect.progress.for) : 0);
}

function describe(config: ReadOnlyQuerySettings): JsonObject {
  return {
    ...describeQuestion(config),
    expect: describeExpectation(config.expect),
    ...describeHow(config.expect),
    timeout: formatMs(config.timeout),
    maxRows: config.maxRows,
    maxBytes: config.maxBytes,
    role: config.role,
  };
}

/** What the words of an expectation leave out, and a plan that changes it is another plan. */
function describeHow(expect: Expectation): JsonObject {
  if ("progress" in expect) return { every: formatMs(toMs(expect.progress.every)) };
  return "freshness" in expect ? { ahead: formatMs(toMs(expect.freshness.ahead ?? defaultAhead)) } : {};
}
