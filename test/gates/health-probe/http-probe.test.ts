import type { RequestListener } from "node:http";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { httpTransport } from "../../../src/gates/health-probe/http-probe.js";
import { httpProbeSchema, type HttpProbe } from "../../../src/gates/health-probe/http-probe-config.js";
import { AttemptTimeout } from "../../../src/gates/health-probe/probe.js";
import { closedPort, request, serveHttp } from "./servers.js";

const answering =
  (status: number, body = "", headers: Record<string, string | string[]> = {}): RequestListener =>
  (_, answer) =>
    void answer.writeHead(status, headers).end(body);

/** Repeats all that it was sent. */
const echo: RequestListener = (incoming, answer) => {
  answer.statusCode = 500;
  answer.setHeader("x-echo", `${incoming.url} ${incoming.headers.authorization}`);
  answer.write(`${incoming.url} ${JSON.stringify(incoming.headers)} `);
  incoming.pipe(answer);
};

/** A request whose host names cannot be looked up. */
const failing = (code: string) => ({
  ...request(),
  lookup: async () => {
    throw Object.assign(new Error(code), { code });
  },
});

const ioResources = () =>
  process.getActiveResourcesInfo().filter((name) => /TCPSocket|TLS|Timeout|GetAddrInfo/.test(name));

async function probe(listener: RequestListener, config: Omit<HttpProbe, "url"> = {}, path = "/healthz") {
  const server = await serveHttp(listener);
  const target = httpProbeSchema.parse({ url: `http://127.0.0.1:${server.port}${path}`, ...config });
  const outcome = await httpTransport.probe(target, request());
  // Hangs where the probe left a connection open.
  await server.allClosed();
  return outcome;
}

describe("the status", () => {
  test.each([200, 204, 206, 304, 399])("%i is healthy where nothing was said", async (status) => {
    expect(await probe(answering(status))).toEqual({
      status: "healthy",
      reason: `answered ${status}`,
      statusCode: status,
    });
  });

  test.each([400, 404, 500, 503, 599])("%i is unhealthy where nothing was said", async (status) => {
    expect(await probe(answering(status))).toEqual({
      status: "unhealthy",
      reason: `answered ${status}, expected 200–399`,
      statusCode: status,
    });
  });

  test.each([
    [401, "it is not let in"],
    [403, "it is not let in"],
    [407, "it is not let in"],
    [429, "it asks too often"],
  ])("%i says nothing about the target, unless it is expected", async (status, why) => {
    for (const config of [{}, { expect: { status: 200 } }]) {
      await expect(probe(answering(status), config)).rejects.toMatchObject({
        code: "SOURCE_FAILED",
        details: { isRetryable: true },
        message: expect.stringContaining(`it was answered ${status}: ${why}`),
      });
    }
    expect(await probe(answering(status), { expect: { status } })).toMatchObject({ status: "healthy" });
  });

  test.each([
    [200, 200, "healthy"],
    [200, 204, "unhealthy"],
    ["2xx", 299, "healthy"],
    ["2xx", 300, "unhealthy"],
    [[204, "5xx"], 204, "healthy"],
    [[204, "5xx"], 503, "healthy"],
    [[204, "5xx"], 200, "unhealthy"],
  ] as const)("where %j is expected, %i is %s", async (status, answered, expected) => {
    expect((await probe(answering(answered), { expect: { status } })).status).toBe(expected);
  });

  test("the reason names what was expected", async () => {
    const { reason } = await probe(answering(503), { expect: { status: [200, "3xx"] } });
    expect(reason).toBe("answered 503, expected 200 or 3xx");
  });

  test("the answer after informational ones counts", async () => {
    const outcome = await probe((_, answer) => {
      answer.writeProcessing();
      answer.end("ok");
    });
    expect(outcome.statusCode).toBe(200);
  });
});

describe("the request", () => {
  test("sends method, headers, credentials and body as configured", async () => {
    const seen: Record<string, unknown> = {};
    const server = await serveHttp((incoming, answer) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        Object.assign(seen, { method: incoming.method, url: incoming.url, body: Buffer.concat(chunks).toString() });
        Object.assign(seen, incoming.headers);
        answer.end();
      });
    });
    const target = httpProbeSchema.parse({
      url: `http://me:p%40ss@127.0.0.1:${server.port}/smoke?deep=1`,
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Key": "k1" },
      body: '{"dry":true}',
    });
    await httpTransport.probe(target, request());
    expect(seen).toMatchObject({
      method: "POST",
      url: "/smoke?deep=1",
      body: '{"dry":true}',
      "content-type": "application/json",
      "x-key": "k1",
      authorization: `Basic ${Buffer.from("me:p@ss").toString("base64")}`,
      "user-agent": "release-gates",
      "accept-encoding": "identity",
      connection: "close",
    });
  });

  test("a header of the user replaces the standard one", async () => {
    let agent: string | undefined;
    await probe(
      (incoming, answer) => {
        agent = incoming.headers["user-agent"];
        answer.end();
      },
      { headers: { "User-Agent": "smoke/1" } },
    );
    expect(agent).toBe("smoke/1");
  });

  test("HEAD asks for no body", async () => {
    const outcome = await probe(answering(200, "ignored"), { method: "HEAD" });
    expect(outcome).toEqual({ status: "healthy", reason: "answered 200", statusCode: 200 });
  });

  test("a name with several addresses works", async () => {
    const server = await serveHttp(answering(200));
    const target = httpProbeSchema.parse(`http://localhost:${server.port}/`);
    expect((await httpTransport.probe(target, request())).status).toBe("healthy");
  });
});

describe("headers", () => {
  const headers = { "X-Version": "2.4.0", "Set-Cookie": ["a=top-secret-session", "b=2"] };

  test.each([
    [{ "x-version": "2.4.0" }],
    [{ "X-VERSION": /^2\./ }],
    [{ "set-cookie": /a=.*b=2/ }],
    [{ "x-version": /2/g }],
  ])("%j is there", async (expected) => {
    expect((await probe(answering(200, "", headers), { expect: { headers: expected } })).status).toBe("healthy");
  });

  test.each([
    [{ "x-version": "2.4" }, 'answered 200, expected "2.4" in the header x-version, got "2.4.0"'],
    [{ "X-Version": /^3/ }, 'answered 200, expected /^3/ in the header X-Version, got "2.4.0"'],
    [{ "x-other": /./ }, "answered 200, expected a header x-other, got none"],
    [{ "set-cookie": "c" }, 'answered 200, expected "c" in the header set-cookie, got another one'],
  ])("%j is not there", async (expected, reason) => {
    const outcome = await probe(answering(200, "", headers), { expect: { headers: expected } });
    expect(outcome).toMatchObject({ status: "unhealthy", reason });
  });

  test("a global pattern finds the same each time", async () => {
    const pattern = /2/g;
    for (let round = 0; round < 3; round += 1) {
      const outcome = await probe(answering(200, "2", { "x-v": "2" }), {
        expect: { headers: { "x-v": pattern }, bodyMatches: pattern },
      });
      expect(outcome.status).toBe("healthy");
    }
  });
});

describe("the body", () => {
  test.each<[string, NonNullable<HttpProbe["expect"]>, string]>([
    ["all is well", { bodyIncludes: "is well" }, "answered 200"],
    ["all is well", { bodyIncludes: "is bad" }, 'answered 200, expected "is bad" in the body'],
    ["all is well", { bodyMatches: /WELL$/i }, "answered 200"],
    ["all is well", { bodyMatches: /^well/ }, "answered 200, expected a body that matches /^well/"],
    ["", { bodyIncludes: "x" }, 'answered 200, expected "x" in the body'],
  ])("%j with %j: %s", async (body, expected, reason) => {
    expect((await probe(answering(200, body), { expect: expected })).reason).toBe(reason);
  });

  test("fits a schema of any library", async () => {
    const body = JSON.stringify({ status: "pass" });
    for (const json of [z.object({ status: z.literal("pass") }), v.object({ status: v.literal("pass") })]) {
      expect((await probe(answering(200, body), { expect: { json } })).status).toBe("healthy");
    }
  });

  test("an asynchronous schema is waited for", async () => {
    const json = z.object({ status: z.string().refine(async (status) => status === "pass", "expected pass") });
    const good = await probe(answering(200, '{"status":"pass"}'), { expect: { json } });
    const bad = await probe(answering(200, '{"status":"warn"}'), { expect: { json } });
    expect(good.status).toBe("healthy");
    expect(bad.reason).toBe("answered 200, got JSON that is not as expected: status: expected pass");
  });

  test("a schema that throws is no answer of the target", async () => {
    const json = z.unknown().refine(() => {
      throw new Error("broken schema");
    });
    await expect(probe(answering(200, "{}"), { expect: { json } })).rejects.toMatchObject({
      code: "SOURCE_FAILED",
      details: { isRetryable: false },
    });
  });

  test.each([
    ["HTML", "<!doctype html><title>Sign in</title>"],
    ["cut JSON", '{"status":'],
    ["nothing", ""],
  ])("%s instead of JSON is unhealthy", async (_, body) => {
    const outcome = await probe(answering(200, body), { expect: { json: z.unknown() } });
    expect(outcome).toMatchObject({
      status: "unhealthy",
      reason: "answered 200, expected JSON, got a body that is none",
    });
  });

  test("204 with an expectation of the body is unhealthy", async () => {
    const outcome = await probe(answering(204), { expect: { bodyIncludes: "ok" } });
    expect(outcome).toMatchObject({ status: "unhealthy", statusCode: 204 });
  });
});

describe("the version", () => {
  test.each([
    [true, { releaseId: "2.4.0" }, "2.4.0", "answered 200"],
    [true, { releaseId: "2.3.9" }, "2.3.9", "answered 200, expected version 2.4.0 of the release, got version 2.3.9"],
    [true, { version: "v2.4.0" }, "v2.4.0", "answered 200, expected version 2.4.0 of the release, got version v2.4.0"],
    [
      true,
      { status: "pass" },
      undefined,
      'answered 200, expected version 2.4.0 of the release, got no "releaseId" or "version"',
    ],
    [["build", "id"], { build: { id: "2.4.0" } }, "2.4.0", "answered 200"],
  ] as const)("%j in %j", async (member, body, version, reason) => {
    const outcome = await probe(answering(200, JSON.stringify(body)), { expect: { release: member } });
    expect(outcome.reason).toBe(reason);
    expect(outcome.version).toBe(version);
  });

  test("is told even where the schema complains", async () => {
    const outcome = await probe(answering(200, '{"version":"2.3.9"}'), {
      expect: { release: true, json: z.object({ status: z.string() }) },
    });
    expect(outcome).toMatchObject({ status: "unhealthy", version: "2.3.9" });
  });
});

describe("secrets", () => {
  const secret = "s3cr3t-value";

  test.each<[string, Omit<HttpProbe, "url">, string, string]>([
    ["a header", { headers: { "x-api-key": secret } }, "", ""],
    ["a bearer token", { headers: { authorization: `Bearer ${secret}` } }, "", ""],
    ["a cookie", { headers: { cookie: `a=1; session=${secret}` } }, "", ""],
    ["a query value", {}, `?key=${secret}`, ""],
    ["a query without a name", {}, `?${secret}`, ""],
    ["a password", {}, "", `me:${secret}@`],
    ["a user", {}, "", `${secret}@`],
    ["a password that is escaped", {}, "", `me:%25${secret}@`],
    ["a body", { method: "POST", body: secret }, "", ""],
  ])("%s that the target echoes is not shown", async (_, config, query, userinfo) => {
    const server = await serveHttp(echo);
    const url = `http://${userinfo}127.0.0.1:${server.port}/${query}`;
    for (const expected of [{}, { status: 500, headers: { "x-echo": "other" } }]) {
      const target = httpProbeSchema.parse({ url, ...config, expect: expected });
      const outcome = await httpTransport.probe(target, request());
      const shown = JSON.stringify([outcome, httpTransport.name(target), httpTransport.describe(target)]);
      expect(outcome.status).toBe("unhealthy");
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain(Buffer.from(`me:${secret}`).toString("base64"));
    }
  });

  test("an escaped query value is not shown in either form", async () => {
    const server = await serveHttp((incoming, answer) => {
      answer.writeHead(500).end(`${incoming.url} ${new URL(incoming.url ?? "", "http://x").searchParams.get("k")}`);
    });
    const target = httpProbeSchema.parse(`http://127.0.0.1:${server.port}/?k=pass%20word%21`);
    const { excerpt } = await httpTransport.probe(target, request());
    expect(excerpt).toBe("/?k=[redacted] [redacted]");
  });

  test("a URL that cannot be used is refused without being repeated", () => {
    for (const url of ["ftp://me:s3cr3t@host/", "me:s3cr3t@host", "http://me:s3cr3t@:1:1/", ""]) {
      const { error } = httpProbeSchema.safeParse({ url });
      expect(error?.issues[0]?.message).toBe("expected an http or https URL");
      expect(JSON.stringify(error)).not.toContain("s3cr3t");
    }
  });
});

describe("a target that is not there", () => {
  test("a refused connection is unhealthy", async () => {
    const target = httpProbeSchema.parse(`http://127.0.0.1:${await closedPort()}/`);
    expect(await httpTransport.probe(target, request())).toEqual({
      status: "unhealthy",
      reason: "refused the connection (ECONNREFUSED)",
    });
  });

  test("a name that exists no more is unhealthy; one that never did, or a resolver that is down, makes the probe impossible", async () => {
    const target = httpProbeSchema.parse("http://me:s3cr3t@orders.invalid/?k=s3cr3t");
    expect(await httpTransport.probe(target, { ...failing("ENOTFOUND"), wasReached: true })).toEqual({
      status: "unhealthy",
      reason: "has no address: the name orders.invalid does not exist any more",
    });
    await expect(httpTransport.probe(target, failing("ENOTFOUND"))).rejects.toMatchObject({
      code: "SOURCE_FAILED",
      message: expect.stringContaining("the name orders.invalid does not exist"),
    });
    await expect(httpTransport.probe(target, failing("EAI_AGAIN"))).rejects.toMatchObject({
      code: "SOURCE_FAILED",
      message:
        "The probe of http://orders.invalid/?k=[redacted] could not be made: the name orders.invalid could not be looked up (EAI_AGAIN).",
    });
  });
});

describe("cutting short", () => {
  test("a signal that is aborted already sends nothing", async () => {
    const server = await serveHttp(answering(200));
    const target = httpProbeSchema.parse(`http://127.0.0.1:${server.port}/`);
    const reason = new Error("the verdict is out");
    await expect(httpTransport.probe(target, request(AbortSignal.abort(reason)))).rejects.toBe(reason);
    const late = await httpTransport.probe(target, request(AbortSignal.abort(new AttemptTimeout(1_000))));
    expect(late.status).toBe("unhealthy");
    expect(server.accepted()).toBe(0);
  });

  test("no socket and no timer is left behind", async () => {
    const server = await serveHttp(answering(200));
    const target = httpProbeSchema.parse(`http://127.0.0.1:${server.port}/`);
    const before = ioResources();
    for (let round = 0; round < 20; round += 1) await httpTransport.probe(target, request());
    await server.allClosed();
    expect(server.accepted()).toBe(20);
    // A connection of an earlier test may still be closing.
    expect(ioResources().length).toBeLessThanOrEqual(before.length);
  });
});

describe("the description", () => {
  test("says all that is asked, and nothing that is secret", () => {
    const target = httpProbeSchema.parse({
      url: "https://me:s3cr3t@orders:8443/a/b?deep=1&s3cr3t#part",
      method: "POST",
      headers: { "X-Key": "s3cr3t", Accept: "application/json" },
      body: "s3cr3t",
      expect: {
        status: "2xx",
        headers: { "x-version": /^2/ },
        bodyMatches: /ok/,
        json: z.object({}),
        release: ["build", "id"],
      },
      redirects: "refuse",
      tls: { ca: "s3cr3t", rejectUnauthorized: false, servername: "orders" },
      maxBodyBytes: 2_048,
    } satisfies HttpProbe);
    expect(httpTransport.name(target)).toBe("https://orders:8443/a/b?deep=[redacted]&[redacted]");
    expect(httpTransport.describe(target)).toEqual({
      transport: "http",
      method: "POST",
      url: "https://orders:8443/a/b?deep=[redacted]&[redacted]",
      headers: ["accept", "x-key"],
      bodyBytes: 6,
      expect: {
        status: "2xx",
        headers: { "x-version": "/^2/" },
        bodyMatches: "/ok/",
        json: "a schema of zod",
        release: ["build", "id"],
      },
      redirects: "refuse",
      tls: { ca: "given", servername: "orders", insecure: "the server's certificate is not verified" },
      maxBodyBytes: 2_048,
    });
  });
});
