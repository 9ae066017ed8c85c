import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { httpTransport } from "../../../src/gates/health-probe/http-probe.js";
import { httpProbeSchema, type HttpProbe } from "../../../src/gates/health-probe/http-probe-config.js";
import { AttemptTimeout } from "../../../src/gates/health-probe/probe.js";
import { request, serveHttp, serveRaw, serveTcp, type TestServer } from "./servers.js";

const ok = "HTTP/1.1 200 OK\r\n";

async function probe(server: TestServer, config: Omit<HttpProbe, "url"> = {}) {
  const target = httpProbeSchema.parse({ url: `http://127.0.0.1:${server.port}/`, ...config });
  const outcome = await httpTransport.probe(target, request());
  await server.allClosed();
  return outcome;
}

/** Probes a server until it has done `when`; then the attempt's time is over. */
async function probeUntil(serve: (happened: () => void) => Promise<TestServer>, config: Omit<HttpProbe, "url"> = {}) {
  const controller = new AbortController();
  const server = await serve(() => controller.abort(new AttemptTimeout(1_000)));
  const target = httpProbeSchema.parse({ url: `http://127.0.0.1:${server.port}/`, ...config });
  const outcome = await httpTransport.probe(target, request(controller.signal));
  await server.allClosed();
  return outcome;
}

/** A server whose body never ends. */
function endless(): Promise<TestServer> {
  return serveHttp((_, answer) => {
    const chunk = Buffer.alloc(16_384, "x");
    const more = () => void (answer.destroyed || answer.write(chunk, more));
    more();
  });
}

describe("a server that is slow", () => {
  test("and sends nothing at all is unhealthy", async () => {
    const outcome = await probeUntil((happened) => serveTcp((socket) => socket.once("data", happened)));
    expect(outcome).toEqual({
      status: "unhealthy",
      reason: "accepted the connection and did not answer within 1 s",
    });
  });

  test("and sends its headers byte by byte is unhealthy", async () => {
    const outcome = await probeUntil((happened) =>
      serveTcp((socket) => {
        let sent = 0;
        const drip = () => {
          if (sent === 200) happened();
          else if (!socket.destroyed) socket.write(`${ok}x: ${"y".repeat(400)}`.charAt((sent += 1) - 1), drip);
        };
        socket.once("data", drip);
      }),
    );
    expect(outcome.reason).toBe("accepted the connection and did not answer within 1 s");
  });

  test("and does not end its body is unhealthy, whatever its status", async () => {
    const outcome = await probeUntil((happened) =>
      serveHttp((_, answer) => {
        answer.writeHead(200, { "content-length": "10" });
        answer.write("half", () => happened());
      }),
    );
    expect(outcome.status).toBe("unhealthy");
    expect(outcome.reason).toMatch(/did not (?:answer|finish its body) within 1 s$/);
  });
});

describe("a server that sends too much", () => {
  test("an endless body is read to the limit, and is no fault where only the status counts", async () => {
    const outcome = await probe(await endless(), { expect: { status: 200 } });
    expect(outcome.status).toBe("healthy");
    expect(outcome.excerpt).toHaveLength(200);
  });

  test("an endless body of which something is expected is unhealthy", async () => {
    const outcome = await probe(await endless(), { expect: { bodyIncludes: "x" }, maxBodyBytes: 1_024 });
    expect(outcome.reason).toBe("answered 200, expected a body of at most 1024 bytes, got more");
  });

  test.each([
    [1_024, "healthy"],
    [1_025, "unhealthy"],
  ])("%i bytes, of which 1024 are read, are %s", async (size, status) => {
    const server = await serveHttp((_, answer) => void answer.end("x".repeat(size)));
    expect((await probe(server, { expect: { bodyMatches: /^x+$/ }, maxBodyBytes: 1_024 })).status).toBe(status);
  });

  test("huge headers are unhealthy", async () => {
    const outcome = await probe(await serveRaw(`${ok}x-big: ${"y".repeat(20_000)}\r\n\r\n`));
    expect(outcome.reason).toBe("answered with more headers than are read (16 KiB) (HPE_HEADER_OVERFLOW)");
  });

  test("endless headers are unhealthy", async () => {
    const server = await serveTcp((socket) => {
      const more = () => void (socket.destroyed || socket.write(`x-${"y".repeat(1_000)}: z\r\n`, more));
      socket.once("data", () => socket.write(ok, more));
    });
    expect((await probe(server)).reason).toContain("HPE_HEADER_OVERFLOW");
  });
});

describe("a server that does not speak HTTP", () => {
  test.each([
    ["another protocol", "220 mail.example ESMTP\r\n"],
    ["a broken status line", "HTTP/1.1 two hundred OK\r\n\r\n"],
    ["a header without a name", `${ok}: value\r\n\r\n`],
    ["two lengths", `${ok}content-length: 2\r\ncontent-length: 3\r\n\r\nok`],
    ["length and chunks", `${ok}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["a broken chunk", `${ok}transfer-encoding: chunked\r\n\r\nnonsense\r\n`],
    ["HTTP/2", "\0\0\u0012\u0004\0\0\0\0\0\0\u0003\0\0\0d"],
  ])("%s is unhealthy", async (_, bytes) => {
    const outcome = await probe(await serveRaw(bytes));
    expect(outcome.status).toBe("unhealthy");
    expect(outcome.reason).toMatch(/^answered (?:with something that is not HTTP \(HPE_|200 and broke off)/);
  });

  test("an upgrade that nobody asked for is unhealthy", async () => {
    const server = await serveRaw("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n");
    expect((await probe(server)).status).toBe("unhealthy");
  });
});

describe("a server that hangs up", () => {
  test("at once is unhealthy", async () => {
    const outcome = await probe(await serveTcp((socket) => socket.destroy()));
    expect(outcome.reason).toBe("closed the connection before it had answered (ECONNRESET)");
  });

  test("with a reset is unhealthy", async () => {
    const server = await serveTcp((socket) => socket.once("data", () => socket.resetAndDestroy()));
    expect((await probe(server)).reason).toBe("closed the connection before it had answered (ECONNRESET)");
  });

  test("politely, without an answer, is unhealthy", async () => {
    const server = await serveTcp((socket) => socket.once("data", () => socket.end()));
    expect((await probe(server)).reason).toBe("closed the connection before it had answered (ECONNRESET)");
  });

  test.each(["content-length: 100", "transfer-encoding: chunked"])("in the body (%s) is unhealthy", async (header) => {
    const server = await serveTcp((socket) =>
      socket.once("data", () => socket.end(`${ok}${header}\r\n\r\n5\r\nhello`)),
    );
    expect(await probe(server)).toEqual({
      status: "unhealthy",
      reason: expect.stringMatching(/^answered 200 and broke off after \d+ bytes of its body$/),
    });
  });

  test("to end a body without a length has answered", async () => {
    const server = await serveTcp((socket) => socket.once("data", () => socket.end(`${ok}\r\nall is well`)));
    expect(await probe(server, { expect: { bodyIncludes: "well" } })).toMatchObject({ status: "healthy" });
  });
});

describe("a server with odd answers", () => {
  test("trailers after the chunks are let pass", async () => {
    const answer = `${ok}transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-check: 1\r\n\r\n`;
    expect(await probe(await serveRaw(answer), { expect: { bodyIncludes: "ok" } })).toEqual({
      status: "healthy",
      reason: "answered 200",
      statusCode: 200,
      excerpt: "ok",
    });
  });

  test("a bomb is not unpacked: a compressed body that nobody asked for is unhealthy where a body is expected", async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    const server = await serveHttp((_, answer) => {
      answer.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
    });
    expect((await probe(server, { expect: { bodyIncludes: "x" } })).reason).toBe(
      "answered 200, expected a body that is not encoded, got gzip",
    );
  });

  test("a bomb is not unpacked where the status alone counts, either", async () => {
    const server = await serveHttp((_, answer) => {
      answer.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("hello"));
    });
    expect(await probe(server)).toEqual({ status: "healthy", reason: "answered 200", statusCode: 200 });
  });

  test("a body full of control characters is shown without them", async () => {
    const server = await serveHttp((_, answer) => void answer.writeHead(500).end("\u001b]0;owned\u0007 <b>\r\n"));
    expect((await probe(server)).excerpt).toBe("]0;owned <b>");
  });

  test("a server that wants to keep the connection open is left anyway", async () => {
    const server = await serveRaw(
      `${ok}connection: keep-alive\r\nkeep-alive: timeout=600\r\ncontent-length: 2\r\n\r\nok`,
    );
    expect((await probe(server)).status).toBe("healthy");
  });

  test("a second answer on the same connection is not read", async () => {
    const answer = `${ok}content-length: 2\r\n\r\nok`;
    expect((await probe(await serveRaw(answer + answer.replace("200 OK", "500 No")))).statusCode).toBe(200);
  });
});
