import * as z from "zod";
import { hostSchema, portSchema } from "./host-port.js";
import { probeTlsSchema, type ProbeTls } from "./probe-tls.js";

/** A server that implements `grpc.health.v1.Health`. */
export interface GrpcProbe {
  /** A name, an IPv4 or an IPv6 address. */
  readonly host: string;
  /** From 1 to 65535. */
  readonly port: number;
  /** The service whose health is asked for. @default "", the server as a whole */
  readonly service?: string;
  /** Whether and how the connection is secured. @default false */
  readonly tls?: boolean | ProbeTls;
  /** Sent with the call. Names are shown, values never. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The schema of {@link GrpcProbe}. */
export const grpcProbeSchema = z.strictObject({
  host: hostSchema,
  port: portSchema,
  service: z.string().max(500).default(""),
  tls: z
    .union([z.boolean(), probeTlsSchema])
    .default(false)
    .transform((tls) => (tls === true ? {} : tls)),
  metadata: z
    .record(
      z.string().regex(/^[0-9a-z_.-]+(?<!-bin)$/i, { error: "expected the name of textual metadata" }),
      z.string().regex(/^[\x20-\x7e]*$/, { error: "expected printable ASCII" }),
    )
    .default({}),
});

/** {@link GrpcProbe}, as its schema returns it. */
export type GrpcTarget = z.output<typeof grpcProbeSchema>;
