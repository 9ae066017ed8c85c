import { connect } from "node:net";
import { networkError } from "./network-fault.js";
import { cutShort, type ProbeRequest } from "./probe.js";
import { resolveHost } from "./resolve-host.js";

/**
 * Opens a connection, and closes it at once: nothing is sent.
 *
 * Throws a `TargetFault` where nobody accepts it, a `GateError` with code `SOURCE_FAILED` where it could not be tried.
 */
export async function connectOnce(
  address: { readonly host: string; readonly port: number },
  source: string,
  request: ProbeRequest,
): Promise<void> {
  const { signal } = request;
  const lookup = await resolveHost(address.host, source, request);
  await new Promise<void>((resolve, reject) => {
    let fault: unknown;
    const socket = connect({ ...address, lookup });
    const abort = () => {
      fault ??= cutShort(signal, "did not accept the connection");
      socket.destroy();
    };
    socket.once("connect", () => socket.destroy());
    socket.on("error", (error) => {
      fault ??= networkError(error, source);
    });
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
