import * as z from "zod";
import { identitySchema } from "../../gate/identity.js";
import { linkSchema, reasonSchema } from "./waiver.js";

/** Break-glass: somebody's decision to go on whatever the gates say. */
export interface Bypass {
  /** Who answers for it. */
  readonly by: string;
  /** Why, in a sentence or two. At most 1,000 characters. */
  readonly reason: string;
  /** Where it is looked at afterwards: an http(s) URL without credentials. */
  readonly link?: string;
}

/** The schema of a bypass. */
export const bypassSchema = z.strictObject({
  by: identitySchema,
  reason: reasonSchema,
  link: linkSchema.optional(),
}) as unknown as z.ZodType<Bypass, Bypass>;
