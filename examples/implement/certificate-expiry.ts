// A gate of your own: does the server's TLS certificate last long enough?
import { connect } from "node:tls";
import { defineGate } from "release-gates";
import * as z from "zod";

const dayMs = 86_400_000;

/** Fails where the certificate ends within `days`. A server that cannot be reached is an error: nothing was seen. */
export const certificateExpiry = defineGate({
  kind: "certificate-expiry",
  config: z.strictObject({
    host: z.string().min(1),
    port: z.int().default(443),
    days: z.int().positive(),
    /** Tells when the certificate of a server ends; another one in tests. */
    expiryOf: z.custom<ExpiryOf>((value) => typeof value === "function").default(() => expiryOfServer),
  }),
  evidence: z.object({ expiresAt: z.string(), daysLeft: z.number() }),
  defaults: { onFail: "hold", timeout: "1m" },
  describe: ({ host, port, days }) => ({ host, port, days }),
  async check({ config, step, now, pass, fail }) {
    const { host, port, days, expiryOf } = config;
    const expiresAt = await step("certificate", ({ signal }) => expiryOf(host, port, signal));
    const daysLeft = Math.floor((Date.parse(expiresAt) - now()) / dayMs);
    const reason = `the certificate of ${host} lasts ${daysLeft} days, expected at least ${days}`;
    return daysLeft >= days ? pass(reason, { expiresAt, daysLeft }) : fail(reason, { expiresAt, daysLeft });
  },
});

type ExpiryOf = (host: string, port: number, signal: AbortSignal) => Promise<string>;

function expiryOfServer(host: string, port: number, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    // Also of a certificate that nobody trusts: this gate asks how long it lasts, not who signed it.
    const socket = connect({ host, port, servername: host, rejectUnauthorized: false }, () => {
      resolve(new Date(socket.getPeerCertificate().valid_to).toISOString());
      socket.end();
    });
    socket.once("error", reject);
    signal.addEventListener("abort", () => socket.destroy(new Error("aborted")), { once: true });
  });
}
