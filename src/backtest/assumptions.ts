import * as z from "zod";
import type { Duration } from "../gate/duration.js";
import { durationSchema } from "../gate/gate-config.js";
import type { AssumedStatus } from "./open-window.js";

/**
 * What to take for granted of gates that history cannot answer for: of all of them, or of those with these paths.
 *
 * Said for all, it holds for the gates that look through no metric source and are in no recorded history. Said for a path, it
 * holds for that gate, whatever it is.
 */
export type Assume = AssumedStatus | Readonly<Record<string, AssumedStatus | AssumedAnswer>>;

/** An answer that is assumed, and how long the gate takes to give it. */
export interface AssumedAnswer {
  readonly status: AssumedStatus;
  /** How long after its start: a sign-off takes time, and gates that wait for it start later. @default 0 */
  readonly after?: Duration;
}

const status = z.enum(["passed", "failed", "inconclusive"]);
const answer = z.union([
  status.transform((assumed) => ({ status: assumed, after: 0 })),
  z.strictObject({ status, after: durationSchema.default(0) }),
]);

/** The schema of {@link Assume}. */
export const assumeSchema = z
  .union([
    status.transform((assumed) => ({ others: { status: assumed, after: 0 }, byPath: new Map<string, ParsedAnswer>() })),
    z
      .record(z.string(), answer)
      .transform((byPath) => ({ others: undefined, byPath: new Map(Object.entries(byPath)) })),
  ])
  .default(() => ({ others: undefined, byPath: new Map() }));

type ParsedAnswer = z.output<typeof answer>;

/** {@link Assume}, as it is used. */
export type Assumptions = z.output<typeof assumeSchema>;
