import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { probesOf, type ProbeTargets } from "../../../src/gates/health-probe/probe-transports.js";
import { execProbeSchema } from "../../../src/gates/health-probe/exec-probe-config.js";
import { grpcProbeSchema } from "../../../src/gates/health-probe/grpc-probe-config.js";
import { httpProbeSchema } from "../../../src/gates/health-probe/http-probe-config.js";
import { closedPort, request, serveHttp } from "./servers.js";

const transports: readonly [string, (port: number) => ProbeTargets][] = [
  ["http", (port) => ({ http: httpProbeSchema.parse(`http://127.0.0.1:${port}/`) })],
  ["tcp", (port) => ({ tcp: { host: "127.0.0.1", port } })],
  ["exec", () => ({ exec: execProbeSchema.parse({ command: process.execPath, args: ["--version"] }) })],
  ["grpc", (port) => ({ grpc: grpcProbeSchema.parse({ host: "127.0.0.1", port }) })],
];

describe.each(transports)("a probe over %s", (_, target) => {
  test("leaves no listener on its signal and no connection, whether the target is there or not", async () => {
    const server = await serveHttp((__, answer) => void answer.end("ok"));
    const { signal } = new AbortController();
    for (const port of [server.port, await closedPort()]) {
      const [probe] = probesOf(target(port));
      const outcome = await probe?.ask(request(signal));
      expect(["healthy", "unhealthy"]).toContain(outcome?.status);
    }
    await server.allClosed();
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});
