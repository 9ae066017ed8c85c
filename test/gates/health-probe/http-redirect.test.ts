import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { httpTransport } from "../../../src/gates/health-probe/http-probe.js";
import { httpProbeSchema, type HttpProbe } from "../../../src/gates/health-probe/http-probe-config.js";
import { certificate, request, serveHttp, serveHttps } from "./servers.js";

const to =
  (location: string, status = 302): RequestListener =>
  (_, answer) =>
    void answer.writeHead(status, { location }).end();

/** Redirects five times before it says ready. */
const hop: RequestListener = (incoming, answer) => {
  const left = Number(incoming.url?.match(/^\/(\d)$/)?.[1] ?? "5");
  answer.writeHead(302, { location: left === 1 ? "/ready" : `/${left - 1}` }).end();
};

async function probe(listener: RequestListener, config: Omit<HttpProbe, "url"> = {}) {
  const asked: string[] = [];
  const server = await serveHttp((incoming, answer) => {
    asked.push(incoming.url ?? "");
    if (incoming.url === "/ready") answer.end("ready");
    else listener(incoming, answer);
  });
  const target = httpProbeSchema.parse({ url: `http://me:pw@127.0.0.1:${server.port}/start`, ...config });
  const outcome = await httpTransport.probe(target, request());
  await server.allClosed();
  return { outcome, asked, port: server.port };
}

describe("a redirect", () => {
  test.each([301, 302, 303, 307, 308])("with %i at the same host is followed", async (status) => {
    const { outcome, asked } = await probe(to("/ready", status));
    expect(outcome).toMatchObject({ status: "healthy", excerpt: "ready" });
    expect(asked).toEqual(["/start", "/ready"]);
  });

  test("takes headers and credentials along at the same host, whatever it says itself", async () => {
    let seen: Record<string, unknown> = {};
    const server = await serveHttp((incoming, answer) => {
      if (incoming.url === "/start") {
        answer.writeHead(302, { location: `http://evil:evil@${incoming.headers.host}/ready` }).end();
        return;
      }
      seen = incoming.headers;
      answer.end();
    });
    const url = `http://me:pw@127.0.0.1:${server.port}/start`;
    await httpTransport.probe(httpProbeSchema.parse({ url, headers: { "x-key": "k" } }), request());
    expect(seen).toMatchObject({
      "x-key": "k",
      authorization: `Basic ${Buffer.from("me:pw").toString("base64")}`,
    });
  });

  test("is followed five times, and not six", async () => {
    const five = await probe(hop);
    expect(five.outcome.status).toBe("healthy");
    expect(five.asked).toHaveLength(6);

    const loop = await probe(to("/start"));
    expect(loop.outcome).toEqual({ status: "unhealthy", reason: "redirected more than 5 times" });
    expect(loop.asked).toHaveLength(6);
  });

  test("to another host is unhealthy, and not followed", async () => {
    let asked = 0;
    const other = await serveHttp((_, answer) => {
      asked += 1;
      answer.end();
    });
    const { outcome, port } = await probe(to(`http://localhost:${other.port}/x?token=t0k3n`));
    expect(outcome).toEqual({
      status: "unhealthy",
      reason: `answered 302 and redirects to http://localhost:${other.port}, expected http://127.0.0.1:${port}`,
    });
    expect(asked).toBe(0);
  });

  test("to another port is unhealthy: another program listens there", async () => {
    const { outcome } = await probe(to("http://127.0.0.1:1/"));
    expect(outcome.reason).toMatch(/^answered 302 and redirects to http:\/\/127\.0\.0\.1:1, expected/);
  });

  test.each(["ftp://127.0.0.1/", "file:///etc/passwd", "javascript:alert(1)"])(
    "to %s is unhealthy",
    async (location) => {
      expect((await probe(to(location))).outcome.status).toBe("unhealthy");
    },
  );

  test("to nowhere is unhealthy", async () => {
    expect((await probe(to("http://["))).outcome.reason).toBe("answered 302 with a location that is not a URL");
  });

  test("without a location is the answer", async () => {
    const { outcome } = await probe((_, answer) => void answer.writeHead(302).end());
    expect(outcome).toMatchObject({ status: "healthy", statusCode: 302 });
  });

  test("is unhealthy where redirects are refused", async () => {
    const { outcome, asked } = await probe(to("/ready"), { redirects: "refuse" });
    expect(outcome.reason).toBe("answered 302, expected no redirect");
    expect(asked).toEqual(["/start"]);
  });

  test.each(["follow", "refuse"] as const)("is the answer where its status is expected (%s)", async (redirects) => {
    const { outcome, asked } = await probe(to("http://elsewhere.invalid/"), { redirects, expect: { status: "3xx" } });
    expect(outcome).toMatchObject({ status: "healthy", statusCode: 302 });
    expect(asked).toEqual(["/start"]);
  });

  test("of a POST is unhealthy", async () => {
    const { outcome, asked } = await probe(to("/ready", 307), { method: "POST", body: "x" });
    expect(outcome.reason).toBe("answered 307, and a POST is not sent anywhere else");
    expect(asked).toEqual(["/start"]);
  });

  test("from https to http is unhealthy", async () => {
    const { cert, key } = await certificate("localhost");
    const server = await serveHttps({ cert, key }, (incoming, answer) => {
      answer.writeHead(302, { location: `http://${incoming.headers.host}/` }).end();
    });
    const url = `https://localhost:${server.port}/`;
    const outcome = await httpTransport.probe(httpProbeSchema.parse({ url, tls: { ca: cert } }), request());
    expect(outcome.reason).toMatch(/^answered 302 and redirects to http:\/\/localhost/);
  });
});
