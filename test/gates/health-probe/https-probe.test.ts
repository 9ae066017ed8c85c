import { describe, expect, test, vi } from "vitest";
import { httpTransport } from "../../../src/gates/health-probe/http-probe.js";
import { httpProbeSchema, type HttpProbe } from "../../../src/gates/health-probe/http-probe-config.js";
import { AttemptTimeout } from "../../../src/gates/health-probe/probe.js";
import { certificate, request, serveHttp, serveHttps, serveTcp, type TestServer } from "./servers.js";

const day = 86_400_000;
const own = await certificate("localhost");
const other = await certificate("orders.internal");
const client = await certificate("release-gates");
const expired = await certificate("localhost", {
  notBefore: new Date(Date.now() - 20 * day),
  notAfter: new Date(Date.now() - 10 * day),
});

async function probe(server: TestServer, tls?: HttpProbe["tls"]) {
  const url = `https://localhost:${server.port}/`;
  const target = httpProbeSchema.parse({ url, ...(tls ? { tls } : {}) });
  const outcome = await httpTransport.probe(target, request());
  await server.allClosed();
  return outcome;
}

describe("the server's certificate", () => {
  test("is trusted where its authority is given", async () => {
    expect((await probe(await serveHttps(own), { ca: own.cert })).status).toBe("healthy");
  });

  test("is trusted where its authority is one of several, in one text or a list", async () => {
    expect((await probe(await serveHttps(own), { ca: [other.cert, own.cert] })).status).toBe("healthy");
    expect((await probe(await serveHttps(own), { ca: `${other.cert}\n${own.cert}` })).status).toBe("healthy");
  });

  test.each([
    ["self-signed", own, undefined, "showed a self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)"],
    ["expired", expired, expired.cert, "showed a certificate that has expired (CERT_HAS_EXPIRED)"],
    ["of another name", other, other.cert, "showed a certificate for another name (ERR_TLS_CERT_ALTNAME_INVALID)"],
  ])("%s is the target's fault", async (_, pair, ca, reason) => {
    const outcome = await probe(await serveHttps(pair), ca === undefined ? undefined : { ca });
    expect(outcome).toEqual({ status: "unhealthy", reason });
  });

  test("of another name is right where that name is asked for", async () => {
    const outcome = await probe(await serveHttps(other), { ca: other.cert, servername: "orders.internal" });
    expect(outcome.status).toBe("healthy");
  });

  test("is not verified where the config says so, and the description says so, too", async () => {
    const server = await serveHttps(expired);
    expect((await probe(server, { rejectUnauthorized: false })).status).toBe("healthy");
    const target = httpProbeSchema.parse({ url: "https://localhost/", tls: { rejectUnauthorized: false } });
    expect(httpTransport.describe(target)["tls"]).toEqual({ insecure: "the server's certificate is not verified" });
  });

  test("is verified whatever the environment says", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    try {
      expect((await probe(await serveHttps(own))).status).toBe("unhealthy");
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe("TLS options that cannot be used", () => {
  test.each([
    ["an authority that is no PEM", { ca: "secret-garbage" }],
    ["an authority that is no certificate", { ca: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" }],
    ["a list with a bad authority", { ca: [own.cert, "secret-garbage"] }],
    ["a key that is no key", { cert: own.cert, key: "secret-garbage" }],
    ["a certificate that is none", { cert: "secret-garbage", key: own.key }],
    ["the key of another certificate", { cert: own.cert, key: other.key }],
  ])("%s makes the probe impossible for good", async (_, tls) => {
    const server = await serveHttps(own);
    await expect(probe(server, tls)).rejects.toMatchObject({
      code: "SOURCE_FAILED",
      details: { isRetryable: false },
      message: expect.stringMatching(
        /^The probe of https:\/\/localhost:\d+\/ could not be made: its TLS options cannot be used \((?!.*secret)/,
      ),
    });
    expect(server.accepted()).toBe(0);
  });
});

describe("a server that asks for a certificate", () => {
  const mutual = { ...own, ca: client.cert, requestCert: true };

  test("takes the probe's", async () => {
    const tls = { ca: own.cert, cert: client.cert, key: client.key };
    expect((await probe(await serveHttps(mutual), tls)).status).toBe("healthy");
  });

  test("and gets none says nothing about its health", async () => {
    await expect(probe(await serveHttps(mutual), { ca: own.cert })).rejects.toMatchObject({
      code: "SOURCE_FAILED",
      message: expect.stringContaining("the other side refused the probe's own TLS certificate"),
    });
  });
});

describe("a server that does not speak TLS", () => {
  test("but HTTP is unhealthy", async () => {
    const outcome = await probe(await serveHttp((_, answer) => void answer.end("ok")));
    expect(outcome).toMatchObject({ status: "unhealthy", reason: expect.stringMatching(/^did not speak TLS|^closed/) });
  });

  test("and says nothing is unhealthy", async () => {
    const controller = new AbortController();
    const server = await serveTcp((socket) => {
      socket.once("data", () => controller.abort(new AttemptTimeout(1_000)));
    });
    const target = httpProbeSchema.parse(`https://localhost:${server.port}/`);
    expect(await httpTransport.probe(target, request(controller.signal))).toEqual({
      status: "unhealthy",
      reason: "did not finish the TLS handshake within 1 s",
    });
    await server.allClosed();
  });

  test("and hangs up is unhealthy", async () => {
    const server = await serveTcp((socket) => socket.once("data", () => socket.destroy()));
    expect((await probe(server)).reason).toBe("closed the connection before it had answered (ECONNRESET)");
  });
});
