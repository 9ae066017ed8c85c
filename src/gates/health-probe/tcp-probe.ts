import { connect } from "node:net";
import * as z from "zod";
import { formatHostPort, hostSchema, portSchema } from "./host-port.js";
import { networkError } from "./network-fault.js";
import { cutShort, outcomeOf, type ProbeRequest, type Transport } from "./probe.js";
import { resolveHost } from "./resolve-host.js";

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
      await connectOnce(target, request);
      return { status: "healthy", reason: "accepted the connection" };
    }),
};

async function connectOnce(target: TcpTarget, request: ProbeRequest): Promise<void> {
  const { signal } = request;
  const source = tcpTransport.name(target);
  const lookup = await resolveHost(target.host, source, request);
  await new Promise<void>((resolve, reject) => {
    let fault: unknown;
    const socket = connect({ ...target, lookup });
    const abort = () => {
      fault ??= cutShort(signal, "did not accept the connection");
      socket.destroy();
    };
    socket.once("connect", () => socket.destroy());
    socket.on("error", (error) => (fault ??= networkError(error, source)));
    // Settled only when the socket is closed, so that nothing is left behind.
    socket.once("close", () => {
      signal.removeEventListener("abort", abort);
      if (fault === undefined) resolve();
      else reject(fault);
    });
    signal.addEventListener("abort", abort, { once: true });
    if (signal.aborted) abort();
  });
}
