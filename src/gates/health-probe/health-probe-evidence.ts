import * as z from "zod";

/** What a health probe saw. */
export interface HealthProbeEvidence {
  /** The target, without credentials and query values. */
  readonly target: string;
  readonly attempts: number;
  readonly healthy: number;
  readonly unhealthy: number;
  /** Attempts that could not be made. */
  readonly errored: number;
  readonly successesInRow: number;
  readonly failuresInRow: number;
  /** The last attempt that could be made. */
  readonly last: LastAttempt;
  /** Why the last one could not be made that could not. */
  readonly lastError?: string;
}

/** One attempt that could be made. */
export interface LastAttempt {
  readonly status: "healthy" | "unhealthy";
  /** What was observed, and what was expected instead. */
  readonly reason: string;
  readonly latencyMs: number;
  /** ISO 8601, UTC. */
  readonly attemptedAt: string;
  /** The HTTP status. */
  readonly statusCode?: number;
  /** The exit code of a command. */
  readonly exitCode?: number;
  /** The version that the target said it is. */
  readonly version?: string;
  /** The beginning of what the target said: at most 200 characters, without secrets. */
  readonly excerpt?: string;
}

/** The schema of {@link HealthProbeEvidence}. */
export const healthProbeEvidence = z.strictObject({
  target: z.string(),
  attempts: z.int(),
  healthy: z.int(),
  unhealthy: z.int(),
  errored: z.int(),
  successesInRow: z.int(),
  failuresInRow: z.int(),
  last: z.strictObject({
    status: z.enum(["healthy", "unhealthy"]),
    reason: z.string(),
    latencyMs: z.number(),
    attemptedAt: z.iso.datetime(),
    statusCode: z.int().exactOptional(),
    exitCode: z.int().exactOptional(),
    version: z.string().exactOptional(),
    excerpt: z.string().exactOptional(),
  }),
  lastError: z.string().exactOptional(),
});
