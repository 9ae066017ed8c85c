import * as z from "zod";
import { connectOnce } from "./connect-once.js";
import { formatHostPort, hostSchema, portSchema } from "./host-port.js";
import { outcomeOf, type Transport } from "./probe.js";

/** A port that must accept connections. */
export interface TcpProbe {
  /** A name, an IPv4 or an IPv6 address. */
  readonly host: string;
  /** From 1 to 65535. */
  readonly port: number;
}

/** The schema of {@link TcpProbe}. */
export const tcpProbeSchema = z.strictObject({ host: hostSchema, port: portSchema });

/** {@link TcpProbe}, as its schema returns it. */
export type TcpTarget = z.output<typeof tcpProbeSchema>;

/** Asks whether a port accepts a connection, and closes it at once: nothing is sent. */
export const tcpTransport: Transport<TcpTarget> = {
  name: (target) => `tcp ${formatHostPort(target)}`,
  describe: ({ host, port }) => ({ transport: "tcp", host, port }),
  probe: (target, request) =>
    outcomeOf(async () => {
      await connectOnce(target, tcpTransport.name(target), request);
      return { status: "healthy", reason: "accepted the connection" };
    }),
};
