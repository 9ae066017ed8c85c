import * as z from "zod";
import type { Release } from "../../gate/release.js";
import { identitySchema } from "../../gate/identity.js";
import type { Act } from "./acts/act.js";

/** Somebody, as you have established who they are. */
export interface Person {
  /** The id under which they vote. */
  readonly id: string;
  /** The roles that they have, established in the same way. Up to 1,000. @default [] */
  readonly roles?: readonly string[];
}

/** What somebody wants to do, to be allowed or not. */
export interface AccessQuestion {
  readonly person: Person;
  /**
   * `view`: see the run, its evidence and its votes. `vote`: send an answer, which the gate's own rule judges then. The others are asked
   * only where `acts` of the handler turns them on, and the run's own rules judge them as well.
   */
  readonly action: "view" | "vote" | Act;
  readonly runId: string;
  readonly release: Release;
  /** The path of the gate, where it is about one. */
  readonly gate?: string;
}

/** The schema of {@link Person}. Whatever else whoever established it knows is left out. */
export const personSchema: z.ZodType<Person> = z
  .object({
    id: identitySchema,
    roles: z.array(identitySchema).max(1_000, "expected at most 1,000 roles").readonly().optional(),
  })
  .transform(({ id, roles }) => ({ id, ...(roles ? { roles } : {}) }));
