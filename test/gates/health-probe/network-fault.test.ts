import { describe, expect, test } from "vitest";
import { isGateError } from "../../../src/gate/gate-error.js";
import { explainNetworkError, networkError } from "../../../src/gates/health-probe/network-fault.js";
import { TargetFault } from "../../../src/gates/health-probe/probe.js";

const withCode = (code: string) => Object.assign(new Error(`connect ${code} to user:password@host`), { code });

describe("explainNetworkError", () => {
  test.each([
    ["ECONNREFUSED", "refused the connection"],
    ["ECONNRESET", "closed the connection before it had answered"],
    ["EPIPE", "closed the connection before it had answered"],
    ["ETIMEDOUT", "did not accept the connection in time"],
    ["EHOSTUNREACH", "could not be reached: no route to the host"],
    ["EPROTO", "did not speak TLS as expected"],
    ["HPE_INVALID_CONSTANT", "answered with something that is not HTTP"],
    ["HPE_HEADER_OVERFLOW", "answered with more headers than are read (16 KiB)"],
    ["CERT_HAS_EXPIRED", "showed a certificate that has expired"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "showed a self-signed certificate"],

    ["ERR_TLS_CERT_ALTNAME_INVALID", "showed a certificate for another name"],
    ["CERT_SIGNATURE_FAILURE", "showed a certificate that cannot be trusted"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "did not speak TLS as expected"],
    ["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "did not speak TLS as expected"],
  ])("%s is the target's fault: it %s", (code, says) => {
    expect(explainNetworkError(withCode(code))).toEqual({ fault: "target", says: `${says} (${code})` });
  });

  test.each([
    ["ENETUNREACH", "this machine has no network that leads there (ENETUNREACH)"],
    ["ENETDOWN", "the network of this machine is down (ENETDOWN)"],
    [
      "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
      "the other side refused the probe's own TLS certificate (ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED)",
    ],
    [
      "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA",
      "the other side refused the probe's own TLS certificate (ERR_SSL_TLSV1_ALERT_UNKNOWN_CA)",
    ],
    // Nothing left of this machine's own resources, its firewall, or nothing anybody thought of.
    ["EMFILE", "EMFILE"],
    ["EADDRNOTAVAIL", "EADDRNOTAVAIL"],
    ["EPERM", "EPERM"],
    ["toString", "toString"],
  ])("%s is the probe's fault", (code, says) => {
    expect(explainNetworkError(withCode(code))).toEqual({ fault: "probe", says });
  });

  test("of several addresses, one that was reached counts", () => {
    const error = new AggregateError([withCode("ENETUNREACH"), withCode("ECONNREFUSED")]);
    expect(explainNetworkError(error)).toMatchObject({
      fault: "target",
      says: "refused the connection (ECONNREFUSED)",
    });
  });

  test("several addresses of which none could be tried are the probe's fault", () => {
    expect(explainNetworkError(new AggregateError([withCode("ENETUNREACH"), withCode("EMFILE")])).fault).toBe("probe");
  });

  test.each([new Error("no code"), "no error", undefined, new AggregateError([])])(
    "%s, of which nothing is known, is the probe's fault",
    (error) => {
      expect(explainNetworkError(error)).toEqual({ fault: "probe", says: "an unknown error" });
    },
  );
});

describe("networkError", () => {
  test("says nothing of the original's message, and keeps the original as the cause", () => {
    const original = withCode("ECONNREFUSED");
    const error = networkError(original, "tcp host:1");
    expect(error).toBeInstanceOf(TargetFault);
    expect(error.message).toBe("refused the connection (ECONNREFUSED)");
    expect(error.cause).toBe(original);
  });

  test("names the source where the probe could not be made", () => {
    const error = networkError(withCode("EMFILE"), "tcp host:1");
    expect(isGateError(error, "SOURCE_FAILED") && error.details).toEqual({ source: "tcp host:1", isRetryable: true });
    expect(error.message).toBe("The probe of tcp host:1 could not be made: EMFILE.");
  });
});

test.each(["SELF_SIGNED_CERT_IN_CHAIN", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"])(
  "%s may be an authority that this machine was not told of",
  (code) => {
    const { fault, says } = explainNetworkError(withCode(code));
    expect([fault, says]).toEqual(["probe", expect.stringContaining("whose authority is not trusted here")]);
  },
);
