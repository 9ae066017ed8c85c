const known: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused the connection",
  ECONNRESET: "closed the connection before it had answered",
  UND_ERR_SOCKET: "closed the connection before it had answered",
  EPIPE: "closed the connection before it had answered",
  ETIMEDOUT: "did not accept the connection in time",
  UND_ERR_CONNECT_TIMEOUT: "did not accept the connection in time",
  EHOSTUNREACH: "cannot be reached: no route to the host",
  ENETUNREACH: "cannot be reached: no network leads there",
  ENOTFOUND: "cannot be reached: its name is unknown",
  EAI_AGAIN: "cannot be reached: its name could not be looked up",
  CERT_HAS_EXPIRED: "shows a certificate that has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "shows a self-signed certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "shows a certificate of an authority that is not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "shows a certificate of an authority that is not trusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "shows a certificate of an authority that is not trusted",
  ERR_TLS_CERT_ALTNAME_INVALID: "shows a certificate for another name",
};

/** Says what a failed `fetch` means; "fetch failed" says nothing. */
export function explainNetworkError(error: unknown): string {
  const cause = innermost(error);
  const code: unknown = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  if (typeof code === "string") {
    const says = Object.hasOwn(known, code) ? known[code] : undefined;
    return says === undefined ? `cannot be reached: ${code}` : `${says} (${code})`;
  }
  return `cannot be reached: ${cause instanceof Error ? cause.message : "an unknown error"}`;
}

function innermost(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  return error instanceof Error && error.cause !== undefined ? innermost(error.cause) : error;
}
