import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { httpTransport } from "../../../src/gates/health-probe/http-probe.js";
import { httpProbeSchema } from "../../../src/gates/health-probe/http-probe-config.js";
import { tcpProbeSchema, tcpTransport } from "../../../src/gates/health-probe/tcp-probe.js";
import { describeWithService } from "../../helpers/services.js";
import { request, serveHttp, serveTcp } from "./servers.js";

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === "::1"),
);

describeWithService("probes over IPv6", hasIpv6, "They need the loopback address ::1: enable IPv6.", () => {
  test("http", async () => {
    const server = await serveHttp((_, answer) => void answer.end("ok"), "::1");
    const target = httpProbeSchema.parse(`http://[::1]:${server.port}/`);
    expect(await httpTransport.probe(target, request())).toMatchObject({ status: "healthy" });
    await server.allClosed();
  });

  test.each(["::1", "[::1]"])("tcp, written as %s", async (host) => {
    const server = await serveTcp(() => {}, "::1");
    const target = tcpProbeSchema.parse({ host, port: server.port });
    expect(await tcpTransport.probe(target, request())).toMatchObject({ status: "healthy" });
    await server.allClosed();
  });
});
