import * as z from "zod";
import type { Duration } from "../../gate/duration.js";
import { durationSchema, positiveDurationSchema } from "../../gate/gate-config.js";
import type { StandardSchemaV1 } from "../../gate/standard-schema.js";
import { execProbeSchema, type ExecProbe } from "./exec-probe-config.js";
import { grpcProbeSchema, type GrpcProbe } from "./grpc-probe-config.js";
import { httpProbeSchema, type HttpProbe } from "./http-probe-config.js";
import { probesOf, transportNames, type Probe } from "./probe-transports.js";
import type { ProbeSchedule } from "./schedule.js";
import { tcpProbeSchema, type TcpProbe } from "./tcp-probe.js";
import type { Thresholds } from "./thresholds.js";

/** What is probed, by exactly one of `http`, `tcp`, `exec` and `grpc`, and how often. */
export type HealthProbeConfig = HealthProbeTimes & (HttpTransport | TcpTransport | ExecTransport | GrpcTransport);

/** How often is probed, in the words and numbers of Kubernetes. */
export interface HealthProbeTimes {
  /** How long to wait before the first attempt. @default 0 */
  readonly initialDelay?: Duration;
  /** From the start of one attempt to the start of the next. @default "10s" */
  readonly period?: Duration;
  /** How long one attempt may take. A target that takes longer is unhealthy. Up to 10 minutes. @default "1s" */
  readonly timeout?: Duration;
  /** How many healthy attempts in a row pass. From 1. @default 1 */
  readonly successThreshold?: number;
  /** How many unhealthy attempts in a row fail; as many that could not be made are an error. From 1. @default 3 */
  readonly failureThreshold?: number;
  /** After so many attempts without a decision the answer is inconclusive. @default 3 × (successThreshold + failureThreshold) */
  readonly maxAttempts?: number;
}

interface HttpTransport {
  /** An HTTP request: a URL, or more than that. */
  readonly http: string | HttpProbe;
  readonly tcp?: never;
  readonly exec?: never;
  readonly grpc?: never;
}

interface TcpTransport {
  /** A port that must accept connections. */
  readonly tcp: TcpProbe;
  readonly http?: never;
  readonly exec?: never;
  readonly grpc?: never;
}

interface ExecTransport {
  /** A command that must end as expected. */
  readonly exec: ExecProbe;
  readonly http?: never;
  readonly tcp?: never;
  readonly grpc?: never;
}

interface GrpcTransport {
  /** A server that implements `grpc.health.v1.Health`. */
  readonly grpc: GrpcProbe;
  readonly http?: never;
  readonly tcp?: never;
  readonly exec?: never;
}

/** {@link HealthProbeConfig}, as its schema returns it. */
export interface HealthProbeSettings {
  readonly probe: Probe;
  readonly schedule: ProbeSchedule;
  readonly thresholds: Thresholds;
}

const maxTimeoutMs = 600_000;
const count = z.int().min(1).max(1_000);

/** The fields of {@link HealthProbeConfig}, before they are compared with one another. */
export const healthProbeFields = z.strictObject({
  http: httpProbeSchema.optional(),
  tcp: tcpProbeSchema.optional(),
  exec: execProbeSchema.optional(),
  grpc: grpcProbeSchema.optional(),
  initialDelay: durationSchema.default(0),
  period: positiveDurationSchema.default(10_000),
  timeout: positiveDurationSchema
    .refine((ms) => ms <= maxTimeoutMs, { error: "expected at most 10 minutes" })
    .default(1_000),
  successThreshold: count.default(1),
  failureThreshold: count.default(3),
  maxAttempts: z.int().min(1).max(100_000).optional(),
});

/** The schema of {@link HealthProbeConfig}. */
export const healthProbeConfig: StandardSchemaV1<HealthProbeConfig, HealthProbeSettings> = z
  .custom<HealthProbeConfig>()
  // The type above is written for people; what holds is said by the fields.
  .transform((config): unknown => config)
  .pipe(healthProbeFields)
  .transform((config, context): HealthProbeSettings => {
    const { initialDelay, period, timeout, successThreshold, failureThreshold } = config;
    const [probe, ...others] = probesOf(config);
    if (!probe || others.length > 0) {
      const given = transportNames.filter((name) => config[name] !== undefined);
      const got = given.length === 0 ? "none" : given.join(" and ");
      context.addIssue(`expected exactly one of ${transportNames.join(", ")}; got ${got}`);
      return z.NEVER;
    }
    const { maxAttempts = 3 * (successThreshold + failureThreshold) } = config;
    const least = Math.max(successThreshold, failureThreshold);
    if (maxAttempts < least) {
      const message = `expected at least ${least}, as many as the higher threshold: fewer attempts never reach it`;
      context.addIssue({ code: "custom", path: ["maxAttempts"], message });
      return z.NEVER;
    }
    return {
      probe,
      schedule: { initialDelayMs: initialDelay, periodMs: period, timeoutMs: timeout },
      thresholds: { successThreshold, failureThreshold, maxAttempts },
    };
  });
