import * as z from "zod";
import { identitySchema } from "../../gate/identity.js";
import { gatePathSchema, reasonSchema } from "./waiver.js";

/** Somebody's decision not to waive what a gate found: "fix it now". */
export interface Upheld {
  /** The path of the gate in the plan. */
  readonly gate: string;
  /** Who says so. */
  readonly by: string;
  /** Why, in a sentence or two. At most 1,000 characters. */
  readonly reason: string;
}

/** The schema of a decision not to waive. */
export const upheldSchema = z.strictObject({
  gate: gatePathSchema,
  by: identitySchema,
  reason: reasonSchema,
}) as unknown as z.ZodType<Upheld, Upheld>;
