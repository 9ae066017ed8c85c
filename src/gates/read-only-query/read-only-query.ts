import * as z from "zod";
import { defineGate, type GateFactory } from "../../gate/define-gate.js";
import { formatMs } from "../../gate/duration.js";
import type { JsonObject } from "../../gate/json.js";
import type { StandardSchemaV1 } from "../../gate/standard-schema.js";
import { askAndObserve } from "./ask-and-observe.js";
import { describeQuestion } from "./describe-question.js";
import { describeExpectation } from "./expectation.js";
import { judgeObservation } from "./judge-observation.js";
import { observationSchema, type Observation } from "./observation.js";
import { readOnlyQueryConfig, type ReadOnlyQueryConfig, type ReadOnlyQuerySettings } from "./read-only-query-config.js";

/** What a read-only query saw. */
export interface ReadOnlyQueryEvidence {
  /** The database, as a person calls it. */
  readonly database: string;
  /** What was expected, in words. */
  readonly expected: string;
  /** What was observed: counts, and the first rows that matter. */
  readonly observed: Observation;
  /** What the database warned of: each text once, at most 10. */
  readonly warnings: readonly string[];
}

const evidence: StandardSchemaV1<unknown, ReadOnlyQueryEvidence> = z.strictObject({
  database: z.string(),
  expected: z.string(),
  observed: observationSchema,
  warnings: z.array(z.string()).readonly(),
});

/** What the run itself, connecting and closing may need beside the statement. Milliseconds. */
const slackMs = 30_000;
const tries = 3;

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
  evidence,
  defaults: { onFail: "hold", timeout: ({ timeout }) => tries * (timeout + slackMs) },
  describe,
  async check({ config, step, now, pass, fail, inconclusive }) {
    const { database, expect, timeout } = config;
    const { observed, warnings } = await step("query", ({ signal }) => askAndObserve(config, now(), signal), {
      timeout: timeout + slackMs,
      input: describeQuestion(config),
      retry: { retries: tries - 1 },
    });
    const judgement = judgeObservation(expect, observed, now());
    const expected = describeExpectation(expect);
    const reason = `observed ${judgement.observed}, expected ${expected} (${database.name})`;
    const seen: ReadOnlyQueryEvidence = { database: database.name, expected, observed, warnings };
    if (judgement.status === "passed") return pass(reason, seen);
    return judgement.status === "failed" ? fail(reason, seen) : inconclusive(reason, seen);
  },
});

function describe(config: ReadOnlyQuerySettings): JsonObject {
  return {
    ...describeQuestion(config),
    expect: describeExpectation(config.expect),
    timeout: formatMs(config.timeout),
    maxRows: config.maxRows,
    maxBytes: config.maxBytes,
    role: config.role,
  };
}
