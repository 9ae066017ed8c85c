import * as z from "zod";
import { positiveDurationSchema } from "../../../gate/gate-config.js";
import { numberSchema } from "../number-config.js";

const maxReads = 10_000;
const leastEveryMs = 1_000;

/** The schema of what `progress` holds. */
export const progressSchema = z
  .strictObject({
    until: z
      .strictObject({ atLeast: numberSchema.optional(), atMost: numberSchema.optional() })
      .refine(({ atLeast, atMost }) => (atLeast === undefined) !== (atMost === undefined), {
        error: "expected either atLeast, for what rises, or atMost, for what falls",
      }),
    every: positiveDurationSchema.refine((ms) => ms >= leastEveryMs, {
      error: "expected at least 1 s: each time a session is opened",
    }),
    for: positiveDurationSchema,
    stalledFor: positiveDurationSchema,
    unit: z.string().trim().min(1).max(30).optional(),
    mayGoBack: z.boolean().optional(),
  })
  .refine(({ every, stalledFor }) => stalledFor >= every, {
    path: ["stalledFor"],
    error: "expected at least every: no stall is seen sooner",
  })
  .refine(({ for: forMs, stalledFor }) => stalledFor < forMs, {
    path: ["stalledFor"],
    error: "expected less than for: no stall would ever be seen",
  })
  .refine(({ for: forMs, every }) => every < leastEveryMs || forMs / every <= maxReads, {
    path: ["every"],
    error: `expected at most ${maxReads} questions: each is recorded`,
  });
