import * as z from "zod";
import type { GateContext } from "../../gate/gate-context.js";
import type { StandardSchemaV1 } from "../../gate/standard-schema.js";
import { observationSchema, type Observation } from "./observation.js";
import type { ReadOnlyQuerySettings } from "./read-only-query-config.js";

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

/** The schema of {@link ReadOnlyQueryEvidence}. */
export const readOnlyQueryEvidence: StandardSchemaV1<unknown, ReadOnlyQueryEvidence> = z.strictObject({
  database: z.string(),
  expected: z.string(),
  observed: observationSchema,
  warnings: z.array(z.string()).readonly(),
});

/** The world as a read-only query sees it. */
export type QueryContext = GateContext<ReadOnlyQuerySettings, ReadOnlyQueryEvidence>;
