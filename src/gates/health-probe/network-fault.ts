import { probeFault, TargetFault } from "./probe.js";

/** What an error of the network means: whose fault it is, and what the target did in the words of a person. */
export interface NetworkFault {
  readonly fault: "target" | "probe";
  readonly says: string;
}

const target = (says: string): NetworkFault => ({ fault: "target", says });
const probe = (says: string): NetworkFault => ({ fault: "probe", says });

// The authority may be a private one that this machine was not told of.
const unverified = probe(
  "it cannot verify the certificate, whose authority is not trusted here; name a private one in tls.ca",
);

const known: Readonly<Record<string, NetworkFault>> = {
  ECONNREFUSED: target("refused the connection"),
  ECONNRESET: target("closed the connection before it had answered"),
  ECONNABORTED: target("closed the connection before it had answered"),
  EPIPE: target("closed the connection before it had answered"),
  ETIMEDOUT: target("did not accept the connection in time"),
  EHOSTUNREACH: target("could not be reached: no route to the host"),
  EHOSTDOWN: target("could not be reached: the host is down"),
  EPROTO: target("did not speak TLS as expected"),
  HPE_HEADER_OVERFLOW: target("answered with more headers than are read (16 KiB)"),
  CERT_HAS_EXPIRED: target("showed a certificate that has expired"),
  CERT_NOT_YET_VALID: target("showed a certificate that is not valid yet"),
  CERT_REVOKED: target("showed a certificate that was revoked"),
  DEPTH_ZERO_SELF_SIGNED_CERT: target("showed a self-signed certificate"),
  SELF_SIGNED_CERT_IN_CHAIN: unverified,
  UNABLE_TO_GET_ISSUER_CERT: unverified,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unverified,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unverified,
  ERR_TLS_CERT_ALTNAME_INVALID: target("showed a certificate for another name"),
  ENETUNREACH: probe("this machine has no network that leads there"),
  ENETDOWN: probe("the network of this machine is down"),
};

// The other side refused *our* certificate, or the lack of one: nothing is said about its health.
const clientRefused =
  /_ALERT_(?:BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_\w+|NO_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)$/;
const certificate = /^(?:CERT_|ERR_TLS_CERT_|UNABLE_TO_|INVALID_|PATH_LENGTH_|HOSTNAME_MISMATCH)/;

/**
 * Says what an error of a socket, a TLS handshake or an HTTP parser means.
 *
 * What nobody knows is the probe's fault: a broken monitor must not roll a release back.
 */
export function explainNetworkError(error: unknown): NetworkFault {
  const faults = errorsIn(error).map(explainOne);
  // Several addresses were tried. One that was reached says more than one to which no network leads.
  return faults.find(({ fault }) => fault === "target") ?? faults[0] ?? probe("an unknown error");
}

/** The error to throw for an error of the network: the target's fault, or the probe's. */
export function networkError(error: unknown, source: string): Error {
  const { fault, says } = explainNetworkError(error);
  return fault === "target"
    ? new TargetFault(says, { cause: error })
    : probeFault(source, says, { isRetryable: true, cause: error });
}

function errorsIn(error: unknown): readonly unknown[] {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors : [error];
}

function explainOne(error: unknown): NetworkFault {
  const code = codeOf(error);
  const fault = Object.hasOwn(known, code) ? known[code] : undefined;
  if (fault) return { ...fault, says: `${fault.says} (${code})` };
  if (code.startsWith("HPE_")) return target(`answered with something that is not HTTP (${code})`);
  if (clientRefused.test(code)) return probe(`the other side refused the probe's own TLS certificate (${code})`);
  if (code.startsWith("ERR_SSL_")) return target(`did not speak TLS as expected (${code})`);
  if (certificate.test(code)) return target(`showed a certificate that cannot be trusted (${code})`);
  return probe(code === "" ? "an unknown error" : code);
}

function codeOf(error: unknown): string {
  const code: unknown = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}
