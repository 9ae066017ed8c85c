import { describe, expect, test } from "vitest";
import { AttemptTimeout } from "../../../src/gates/health-probe/probe.js";
import { tcpProbeSchema, tcpTransport } from "../../../src/gates/health-probe/tcp-probe.js";
import { closedPort, request, serveTcp } from "./servers.js";

const nobodyKnows = async () => {
  throw Object.assign(new Error("nothing"), { code: "ENOTFOUND" });
};

const healthy = { status: "healthy", reason: "accepted the connection" };

describe("a port", () => {
  test.each([
    ["127.0.0.1", "127.0.0.1"],
    ["localhost", "127.0.0.1"],
  ])("that accepts connections at %s is healthy, and gets nothing", async (host, listening) => {
    let received = 0;
    const server = await serveTcp((socket) => socket.on("data", () => (received += 1)), listening);
    expect(await tcpTransport.probe(tcpProbeSchema.parse({ host, port: server.port }), request())).toEqual(healthy);
    await server.allClosed();
    expect([server.accepted(), received]).toEqual([1, 0]);
  });

  test("that hangs up at once has accepted the connection", async () => {
    const server = await serveTcp((socket) => socket.end());
    expect(await tcpTransport.probe({ host: "127.0.0.1", port: server.port }, request())).toEqual(healthy);
  });

  test.each(["127.0.0.1", "localhost"])("that nobody listens on at %s is unhealthy", async (host) => {
    expect(await tcpTransport.probe({ host, port: await closedPort() }, request())).toEqual({
      status: "unhealthy",
      reason: "refused the connection (ECONNREFUSED)",
    });
  });

  test("of a name that exists no more is unhealthy", async () => {
    const outcome = await tcpTransport.probe(
      { host: "orders.invalid", port: 1 },
      { ...request(), lookup: nobodyKnows, wasReached: true },
    );
    expect(outcome).toEqual({
      status: "unhealthy",
      reason: "has no address: the name orders.invalid does not exist any more",
    });
  });
});

describe("cutting short", () => {
  test("at the timeout is the target's fault", async () => {
    const server = await serveTcp(() => {});
    const late = AbortSignal.abort(new AttemptTimeout(1_500));
    expect(await tcpTransport.probe({ host: "127.0.0.1", port: server.port }, request(late))).toEqual({
      status: "unhealthy",
      reason: "did not accept the connection within 1.5 s",
    });
  });

  test("for another reason ends with it", async () => {
    const reason = new Error("the verdict is out");
    const cancelled = tcpTransport.probe({ host: "127.0.0.1", port: 1 }, request(AbortSignal.abort(reason)));
    await expect(cancelled).rejects.toBe(reason);
  });
});

describe("the target", () => {
  test("is called as a URL would", () => {
    expect(tcpTransport.name({ host: "orders", port: 80 })).toBe("tcp orders:80");
    expect(tcpTransport.name({ host: "::1", port: 80 })).toBe("tcp [::1]:80");
    expect(tcpTransport.describe({ host: "orders", port: 80 })).toEqual({ transport: "tcp", host: "orders", port: 80 });
  });

  test.each([
    { host: "", port: 1 },
    { host: "http://orders", port: 1 },
    { host: "orders:80", port: 1 },
    { host: "me@orders", port: 1 },
    { host: "orders/healthz", port: 1 },
    { host: "or ders", port: 1 },
    { host: "[orders]", port: 65_536 },
    { host: "orders", port: 0 },
    { host: "orders", port: 1.5 },
  ])("%j is refused", (target) => {
    expect(tcpProbeSchema.safeParse(target).success).toBe(false);
  });
});
