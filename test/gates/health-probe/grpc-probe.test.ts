import { fileURLToPath } from "node:url";
import { Metadata, Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { grpcTransport } from "../../../src/gates/health-probe/grpc-probe.js";
import { grpcProbeSchema, type GrpcProbe } from "../../../src/gates/health-probe/grpc-probe-config.js";
import { AttemptTimeout } from "../../../src/gates/health-probe/probe.js";
import { certificate, closedPort, request, serveTcp } from "./servers.js";

// The text of the specification, so that the probe's own description of it is put to the test.
const proto = loadSync(fileURLToPath(new URL("./health.proto", import.meta.url)), { enums: String });

type Check = (call: ServerUnaryCall<{ service: string }, object>, answer: sendUnaryData<object>) => void;

/** A real gRPC server for one test, which answers health checks like this. */
async function serveGrpc(
  check: Check | undefined,
  credentials = ServerCredentials.createInsecure(),
  at = 0,
): Promise<number> {
  const server = new Server();
  const service = proto["grpc.health.v1.Health"];
  if (!service || !("Check" in service)) throw new Error("health.proto has no service Health");
  if (check) server.addService(service, { Check: check, Watch: () => {} });
  onTestFinished(() => server.forceShutdown());
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${at}`, credentials, (error, port) => (error ? reject(error) : resolve(port)));
  });
}

const answering =
  (value: string | number): Check =>
  (_, answer) =>
    answer(null, { status: value });

const failing =
  (code: status, details: string): Check =>
  (_, answer) =>
    answer({ code, details, metadata: new Metadata() });

const resolverDown = async () => {
  throw Object.assign(new Error("again"), { code: "EAI_AGAIN" });
};

function probe(port: number, config: Partial<GrpcProbe> = {}, signal?: AbortSignal) {
  return grpcTransport.probe(grpcProbeSchema.parse({ host: "localhost", port, ...config }), request(signal));
}

describe("the serving status", () => {
  test("SERVING is healthy", async () => {
    expect(await probe(await serveGrpc(answering("SERVING")))).toEqual({
      status: "healthy",
      reason: "answered SERVING",
    });
  });

  test.each(["NOT_SERVING", "UNKNOWN", "SERVICE_UNKNOWN"])("%s is unhealthy", async (value) => {
    expect(await probe(await serveGrpc(answering(value)))).toEqual({
      status: "unhealthy",
      reason: `answered ${value}, expected SERVING`,
    });
  });

  test("one that nobody knows is unhealthy", async () => {
    expect((await probe(await serveGrpc(answering(17)))).reason).toBe("answered 17, expected SERVING");
  });

  test("is asked of the service that is named, with the metadata that is given", async () => {
    const asked: unknown[] = [];
    const port = await serveGrpc((call, answer) => {
      asked.push([call.request.service, call.metadata.get("x-key")]);
      answer(null, { status: "SERVING" });
    });
    await probe(port, { service: "shop.Orders", metadata: { "x-key": "k" } });
    await probe(port);
    expect(asked).toEqual([
      ["shop.Orders", ["k"]],
      ["", []],
    ]);
  });
});

describe("a call that fails", () => {
  test.each([
    [status.NOT_FOUND, "answered NOT_FOUND: it does not know the service"],
    [status.INTERNAL, "answered INTERNAL, expected SERVING: because"],
    [status.RESOURCE_EXHAUSTED, "answered RESOURCE_EXHAUSTED, expected SERVING: because"],
    [status.UNAVAILABLE, "did not accept the call: because"],
  ])("with status %i is unhealthy", async (code, reason) => {
    expect(await probe(await serveGrpc(failing(code, "because")))).toEqual({ status: "unhealthy", reason });
  });

  test.each([status.UNAUTHENTICATED, status.PERMISSION_DENIED])("with status %i is not let in", async (code) => {
    await expect(probe(await serveGrpc(failing(code, "because")))).rejects.toMatchObject({
      code: "SOURCE_FAILED",
      message: expect.stringContaining("it is not let in"),
    });
  });

  test("because the server has no health service says nothing about its health", async () => {
    const port = await serveGrpc(undefined);
    await expect(probe(port)).rejects.toMatchObject({
      code: "SOURCE_FAILED",
      message: `The probe of grpc localhost:${port} could not be made: the server does not implement grpc.health.v1.Health.`,
    });
  });

  test("does not show metadata that the server echoes", async () => {
    const port = await serveGrpc(failing(status.INTERNAL, "bad key s3cr3t"));
    const { reason } = await probe(port, { metadata: { "x-key": "s3cr3t" } });
    expect(reason).toBe("answered INTERNAL, expected SERVING: bad key [redacted]");
  });
});

describe("a server that cannot be called", () => {
  test("because nobody listens is unhealthy", async () => {
    expect(await probe(await closedPort())).toEqual({
      status: "unhealthy",
      reason: "refused the connection (ECONNREFUSED)",
    });
  });

  test("because it hangs up is unhealthy, and no connection stays open", async () => {
    const server = await serveTcp((socket) => socket.destroy());
    expect((await probe(server.port)).status).toBe("unhealthy");
    await server.allClosed();
  });

  test("because it speaks something else is unhealthy, and no connection stays open", async () => {
    const server = await serveTcp((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    expect((await probe(server.port)).status).toBe("unhealthy");
    await server.allClosed();
  });

  test("because it does not answer is unhealthy at the timeout, and no connection stays open", async () => {
    const controller = new AbortController();
    const server = await serveTcp((socket) => {
      socket.once("data", () => controller.abort(new AttemptTimeout(1_000)));
    });
    expect(await probe(server.port, {}, controller.signal)).toEqual({
      status: "unhealthy",
      reason: "did not answer within 1 s",
    });
    await server.allClosed();
  });

  test("for a while is called no longer when nobody wants to know", async () => {
    const controller = new AbortController();
    const reason = new Error("the verdict is out");
    const port = await serveGrpc(() => controller.abort(reason));
    await expect(probe(port, {}, controller.signal)).rejects.toBe(reason);
    await expect(probe(port, {}, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  test("because nobody can look up its name says nothing about its health", async () => {
    const target = grpcProbeSchema.parse({ host: "orders.invalid", port: 1 });
    await expect(grpcTransport.probe(target, { ...request(), lookup: resolverDown })).rejects.toMatchObject({
      code: "SOURCE_FAILED",
    });
  });
});

test("no proxy of the environment is used", async () => {
  const proxy = await serveTcp((socket) => socket.destroy());
  vi.stubEnv("grpc_proxy", `http://127.0.0.1:${proxy.port}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect((await probe(await serveGrpc(answering("SERVING")))).status).toBe("healthy");
  expect(proxy.accepted()).toBe(0);
});

test("a server that comes up is healthy at the next attempt: nothing is remembered of the one before", async () => {
  const other = await serveTcp((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  expect((await probe(other.port)).status).toBe("unhealthy");
  await other.close();
  await serveGrpc(answering("SERVING"), ServerCredentials.createInsecure(), other.port);
  expect((await probe(other.port)).status).toBe("healthy");
});

describe("TLS", async () => {
  const own = await certificate("localhost");
  const client = await certificate("release-gates");
  const pair = [{ private_key: Buffer.from(own.key), cert_chain: Buffer.from(own.cert) }];
  const secure = () => ServerCredentials.createSsl(null, pair);

  test("works with an authority of one's own", async () => {
    const port = await serveGrpc(answering("SERVING"), secure());
    expect((await probe(port, { tls: { ca: own.cert } })).status).toBe("healthy");
  });

  test("with a certificate that is not trusted is the target's fault", async () => {
    const port = await serveGrpc(answering("SERVING"), secure());
    expect(await probe(port, { tls: true })).toEqual({
      status: "unhealthy",
      reason: "did not accept the call: self-signed certificate",
    });
  });

  test("without verification works, and says so", async () => {
    const port = await serveGrpc(answering("SERVING"), secure());
    expect((await probe(port, { tls: { rejectUnauthorized: false } })).status).toBe("healthy");
    const target = grpcProbeSchema.parse({ host: "h", port: 1, tls: { rejectUnauthorized: false } });
    expect(grpcTransport.describe(target)["tls"]).toEqual({ insecure: "the server's certificate is not verified" });
  });

  test("asks for another name where one is given", async () => {
    const other = await certificate("orders.internal");
    const credentials = ServerCredentials.createSsl(null, [
      { private_key: Buffer.from(other.key), cert_chain: Buffer.from(other.cert) },
    ]);
    const port = await serveGrpc(answering("SERVING"), credentials);
    expect((await probe(port, { tls: { ca: other.cert } })).status).toBe("unhealthy");
    expect((await probe(port, { tls: { ca: other.cert, servername: "orders.internal" } })).status).toBe("healthy");
  });

  test("with options that cannot be used makes the probe impossible for good", async () => {
    const port = await serveGrpc(answering("SERVING"), secure());
    await expect(probe(port, { tls: { ca: "garbage" } })).rejects.toMatchObject({
      code: "SOURCE_FAILED",
      details: { isRetryable: false },
    });
  });

  test("with a client's certificate, and without the one that is asked for", async () => {
    const mutual = ServerCredentials.createSsl(Buffer.from(client.cert), pair, true);
    const port = await serveGrpc(answering("SERVING"), mutual);
    const tls = { ca: own.cert, cert: client.cert, key: client.key };
    expect((await probe(port, { tls })).status).toBe("healthy");
    await expect(probe(port, { tls: { ca: own.cert } })).rejects.toMatchObject({
      code: "SOURCE_FAILED",
      message: expect.stringContaining("the other side refused the probe's own TLS certificate"),
    });
  });
});

test("without the optional packages the probe is impossible, and says how to get them", async () => {
  vi.resetModules();
  vi.doMock("@grpc/grpc-js", () => {
    throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
  });
  onTestFinished(() => {
    vi.doUnmock("@grpc/grpc-js");
    vi.resetModules();
  });
  const { grpcTransport: without } = await import("../../../src/gates/health-probe/grpc-probe.js");
  await expect(without.probe(grpcProbeSchema.parse({ host: "localhost", port: 1 }), request())).rejects.toMatchObject({
    code: "SOURCE_FAILED",
    message:
      "The probe of grpc localhost:1 could not be made: a gRPC probe needs two optional packages: npm install @grpc/grpc-js @grpc/proto-loader.",
    details: { isRetryable: false },
  });
});

describe("the target", () => {
  test("is called by host, port and service", () => {
    const target = grpcProbeSchema.parse({
      host: "::1",
      port: 50_051,
      service: "shop.Orders",
      metadata: { b: "s3cr3t" },
    });
    expect(grpcTransport.name(target)).toBe("grpc [::1]:50051 shop.Orders");
    expect(grpcTransport.describe(target)).toEqual({
      transport: "grpc",
      host: "::1",
      port: 50_051,
      service: "shop.Orders",
      tls: false,
      metadata: ["b"],
    });
  });

  test.each([
    { metadata: { "x-bin": "a" } },
    { metadata: { "x y": "a" } },
    { metadata: { x: "ä" } },
    { tls: { cert: "a" } },
  ])("%j is refused", (config) => {
    expect(grpcProbeSchema.safeParse({ host: "h", port: 1, ...config }).success).toBe(false);
  });
});
