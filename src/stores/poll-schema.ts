import { positiveDurationSchema } from "../gate/gate-config.js";

const dayMs = 86_400_000;

/** How often somebody looks by himself, as milliseconds. A timer that is set to 25 days or more goes off at once, and for ever. */
export const pollSchema = positiveDurationSchema.refine((ms) => ms <= dayMs, { error: "expected at most a day" });
