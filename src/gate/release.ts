import * as z from "zod";
import { GateError } from "./gate-error.js";
import { formatIssuesOf } from "./standard-schema.js";

/** What is judged. */
export interface Release {
  /** The service or product, for example `orders`. */
  readonly name: string;
  /** The version that is being released, for example `2.4.0`. */
  readonly version: string;
  /** Where it is being released to, for example `production`. */
  readonly environment: string;
  /** The exact thing that ships. */
  readonly artifact?: Artifact;
  /** Who asked for the release. Excluded from approving it. */
  readonly requestedBy?: string;
  /** Who wrote what is in it. Excluded from approving it. */
  readonly contributors?: readonly string[];
  /** Whether and how the release can be taken back. @default { possible: true } */
  readonly rollback?: Rollback;
}

/** The exact thing that ships. */
export interface Artifact {
  /** Its content digest, for example `sha256:9f86d0…`. */
  readonly digest: string;
  /** Where it is kept, for example an image name. */
  readonly name?: string;
}

/** Whether and how a release can be taken back. */
export interface Rollback {
  /** Where false, a rollback becomes a hold, and the verdict names whom to call. */
  readonly possible: boolean;
  /** How it is taken back, or why it cannot be: one sentence. */
  readonly how?: string;
  /** Who must be called when it should be taken back and cannot be. Required where `possible` is false. */
  readonly contacts?: readonly string[];
}

const text = z.string().trim().min(1).max(500);

const schema = z.strictObject({
  name: text,
  version: text,
  environment: text,
  artifact: z.strictObject({ digest: text, name: text.optional() }).optional(),
  requestedBy: text.optional(),
  contributors: z.array(text).optional(),
  rollback: z
    .strictObject({ possible: z.boolean(), how: text.optional(), contacts: z.array(text).optional() })
    .refine((rollback) => rollback.possible || (rollback.contacts?.length ?? 0) > 0, {
      path: ["contacts"],
      message: "expected whom to call, as the release cannot be rolled back; got nobody",
    })
    .optional(),
});

/**
 * Checks a release before anything is judged.
 *
 * Throws a `GateError` with code `RUN_INPUT_INVALID` that names each wrong field.
 */
export function parseRelease(release: unknown): Release {
  const result = schema.safeParse(release);
  if (result.success) return result.data as Release;
  throw new GateError("RUN_INPUT_INVALID", `Invalid release: ${formatIssuesOf(release, result.error.issues)}`, {
    issues: result.error.issues,
  });
}
