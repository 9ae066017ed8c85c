import * as z from "zod";
import { positiveDurationSchema } from "../../gate/gate-config.js";
import type { Clock } from "../../run/host/clock.js";
import { handlerUrlSchema } from "./handler-url.js";
import { secretKeysSchema } from "./security/secret-keys.js";

/** What every link to an approval says, and every button: where it leads, until when, and what signs it. */
export const linkFields = {
  url: handlerUrlSchema,
  secret: secretKeysSchema,
  runId: z.string().min(1).max(200),
  gate: z.string().min(1),
  expires: positiveDurationSchema,
  clock: z.custom<Pick<Clock, "now">>().optional(),
} as const;
