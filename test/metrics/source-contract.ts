import { isGateError } from "release-gates";
import { describe, expect, test } from "vitest";
import { toJson } from "../../src/gate/to-json.js";
import type { HttpTargetOptions, MetricReading, MetricSource } from "../../src/metrics/index.js";
import { respond, startHostileServer, type HostileServer } from "./hostile-server.js";

/** What a source under test is made to see. */
type Seen = number | "no data" | "an error" | "silence";

/** How to make a source that sees this; the server is there for sources that ask one. */
export type MakeSource = (seen: Seen, server: HostileServer) => MetricSource;

/** Reads once, with a signal that nobody aborts. */
export function readOnce(source: MetricSource, at = 1_900_000_000_000, from?: number): Promise<MetricReading> {
  return source.read({ signal: new AbortController().signal, at, ...(from === undefined ? {} : { from }) });
}

interface Fault {
  readonly message: string;
  readonly isRetryable: boolean;
  readonly retryAfterMs?: number;
}

/** The fault of a source that must not answer. */
export async function faultOf(answer: Promise<MetricReading>): Promise<Fault> {
  const error: unknown = await answer.then(
    (value) => new Error(`answered ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (!isGateError(error, "SOURCE_FAILED")) throw error;
  const { source: _, ...details } = error.details;
  return { message: error.message, ...details };
}

async function reading(make: MakeSource, seen: Seen): Promise<MetricReading> {
  await using server = await startHostileServer();
  return await readOnce(make(seen, server));
}

/** What a backend's format cannot say. */
interface FormatLimits {
  readonly infinity?: false;
  readonly nan?: false;
}

/** What every source must do. */
export function sourceContract(name: string, make: MakeSource, says: FormatLimits = {}): void {
  describe(`${name}, as every source,`, () => {
    test.each([0, -1.5, 42, 1e300])("reads the value %d", async (value) => {
      expect(await reading(make, value)).toMatchObject({ kind: "value", value });
    });

    test.skipIf(says.infinity === false).each([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
      "reads %d as a value",
      async (value) => {
        expect(await reading(make, value)).toMatchObject({ kind: "value", value });
      },
    );

    test.skipIf(says.nan === false)("keeps NaN apart from values", async () => {
      expect(await reading(make, Number.NaN)).toMatchObject({ kind: "nan", detail: expect.any(String) });
    });

    test("keeps no data apart from values", async () => {
      expect(await reading(make, "no data")).toMatchObject({ kind: "no-data", detail: expect.any(String) });
    });

    test("throws a fault for an error, and names itself", async () => {
      await using server = await startHostileServer();
      const source = make("an error", server);
      const { message } = await faultOf(readOnce(source));
      expect(message).toContain(source.name);
    });

    test("stops when it is aborted, with the reason of that", async () => {
      await using server = await startHostileServer();
      const controller = new AbortController();
      const answer = make("silence", server).read({ signal: controller.signal, at: 0 });
      const reason = new Error("no longer needed");
      controller.abort(reason);
      await expect(answer).rejects.toBe(reason);
    });

    test("does nothing when it is aborted before", async () => {
      await using server = await startHostileServer();
      const reason = new Error("never needed");
      await expect(make("silence", server).read({ signal: AbortSignal.abort(reason), at: 0 })).rejects.toBe(reason);
      expect(server.received).toEqual([]);
    });

    test("describes itself in JSON, the same each time", async () => {
      await using server = await startHostileServer();
      const { description } = make(1, server);
      expect(toJson(description)).toEqual(description);
      expect(make(1, server).description).toEqual(description);
    });

    test("answers several readings at the same time", async () => {
      await using server = await startHostileServer();
      const source = make(7, server);
      const readings = await Promise.all([1, 2, 3, 4, 5].map((minute) => readOnce(source, minute * 60_000)));
      // Each has a window of its own.
      expect(readings.map((each) => each.kind === "value" && each.value)).toEqual([7, 7, 7, 7, 7]);
    });
  });
}

const secret = "p4ss-w0rd";

/** A way to log in: the options for it, and the header that must be sent. */
interface Login {
  readonly by: string;
  readonly options: object;
  readonly header: string;
  readonly sent: string;
}

const commonLogins: readonly Login[] = [
  { by: "basic", options: { basic: { username: "user", password: secret } }, sent: `Basic ${btoa(`user:${secret}`)}` },
  { by: "a bearer token", options: { bearer: secret }, sent: `Bearer ${secret}` },
  { by: "a function for a token", options: { bearer: async () => secret }, sent: `Bearer ${secret}` },
  { by: "a header", options: { headers: { Authorization: `Token ${secret}` } }, sent: `Token ${secret}` },
].map((login) => ({ ...login, header: "authorization" }));

/** What every source that asks an HTTP endpoint must do. `good` is a body that it can read. */
export function httpSourceContract(
  name: string,
  good: { readonly body: string; readonly type: string },
  make: (options: HttpTargetOptions) => MetricSource,
  /** Makes the ways to log in of a source that has its own. */
  ownLogins?: (secret: string) => readonly Login[],
): void {
  const logins = ownLogins?.(secret) ?? commonLogins;
  const faultFrom = async (answer: HostileServer["answer"], options: Partial<HttpTargetOptions> = {}) => {
    await using server = await startHostileServer();
    server.answer = answer;
    return await faultOf(readOnce(make({ url: server.url, ...options })));
  };

  describe(`${name}, as every source over HTTP,`, () => {
    test.each([
      [401, "refuses the credentials (HTTP 401)", false],
      [403, "refuses the credentials (HTTP 403)", false],
      [404, "HTTP 404", false],
      [429, "HTTP 429", true],
      [500, "HTTP 500", true],
      [503, "HTTP 503", true],
    ])("takes HTTP %i for a fault, however good its body", async (status, says, isRetryable) => {
      const fault = await faultFrom(respond(good.body, good.type, status));
      expect(fault.message).toContain(says);
      expect(fault.isRetryable).toBe(isRetryable);
    });

    const until = "Thu, 26 Nov 2026 12:00:20 GMT";
    test.each([
      [429, { "retry-after": "20" }, 20_000],
      [503, { "retry-after": "20" }, 20_000],
      // The server's clock counts, whatever ours says.
      [503, { "retry-after": until, date: "Thu, 26 Nov 2026 12:00:00 GMT" }, 20_000],
      [503, { "retry-after": until, date: "Thu, 26 Nov 2026 12:01:00 GMT" }, 0],
      [503, { "retry-after": "9".repeat(400) }, 86_400_000],
    ])("passes on for how long it is asked to wait: HTTP %i, %j", async (status, headers, retryAfterMs) => {
      const fault = await faultFrom((response) => response.writeHead(status, headers).end());
      expect(fault).toEqual({ message: expect.any(String), isRetryable: true, retryAfterMs });
    });

    test.each(["soon", "-1", "1.5", ""])("is not misled by Retry-After: %s", async (value) => {
      const fault = await faultFrom((response) => response.writeHead(503, { "retry-after": value }).end());
      expect(fault).toEqual({ message: expect.any(String), isRetryable: true });
    });

    test("asks once for the same at the same tick, and again at the next", async () => {
      await using server = await startHostileServer();
      server.answer = respond(good.body, good.type);
      const ask = (at: number) => readOnce(make({ url: server.url }), at);
      await Promise.all([ask(60_000), ask(60_000), ask(120_000)]);
      expect(server.received.length).toBe(2);
      await ask(120_000);
      expect(server.received.length).toBe(3);
    });

    test("looks back exactly where what it sends depends on the time", async () => {
      await using server = await startHostileServer();
      server.answer = respond(good.body, good.type);
      const source = make({ url: server.url });
      for (const at of [1_800_000_060_000, 1_800_003_660_000]) await readOnce(source, at);
      const [first, second] = server.received.map(({ url, body }) => url + body);
      expect(first !== second).toBe(source.looksBack === true);
    });

    test("follows no redirect, and shows no more of it than where it leads", async () => {
      const fault = await faultFrom((response) => {
        response.writeHead(302, { location: "https://login.example/sso?ticket=secret-ticket" }).end();
      });
      expect(fault).toEqual({
        message: expect.stringContaining("redirects to https://login.example"),
        isRetryable: false,
      });
      expect(fault.message).not.toContain("secret-ticket");
    });

    test("says that it was given a page", async () => {
      const fault = await faultFrom(respond("<!doctype html><p>Please log in</p>", "text/html; charset=utf-8"));
      expect(fault).toEqual({ message: expect.stringContaining("an HTML page"), isRetryable: false });
    });

    test.each(["{", "null", "[]", "{}", "}{", "up up\n", "\u0000\u0001"].filter((body) => body !== good.body))(
      "refuses the malformed answer %j",
      async (body) => {
        expect((await faultFrom(respond(body, good.type))).isRetryable).toBe(false);
      },
    );

    test("stops reading a huge answer", async () => {
      let sent = 0;
      const fault = await faultFrom((response) => {
        response.writeHead(200, { "content-type": good.type });
        const chunk = "x".repeat(1_048_576);
        const pour = () => {
          while (!response.destroyed && sent < 64 && response.write(chunk)) sent++;
        };
        response.on("drain", pour);
        pour();
      });
      expect(fault).toEqual({ message: expect.stringMatching(/answers with more than \d+ bytes/), isRetryable: false });
      expect(sent).toBeLessThan(64);
    });

    test("gives up after its timeout", async () => {
      const fault = await faultFrom(() => {}, { timeout: 50 });
      expect(fault).toEqual({ message: expect.stringContaining("did not answer within 50 ms"), isRetryable: true });
    });

    test("gives up on an answer that does not end", async () => {
      const fault = await faultFrom((response) => void response.writeHead(200).write(good.body), { timeout: 100 });
      expect(fault).toEqual({ message: expect.stringContaining("did not answer within 100 ms"), isRetryable: true });
    });

    test("says that nobody listens", async () => {
      const server = await startHostileServer();
      await server[Symbol.asyncDispose]();
      const fault = await faultOf(readOnce(make({ url: server.url })));
      expect(fault).toEqual({ message: expect.stringContaining("refused the connection"), isRetryable: true });
    });

    test("says that the connection broke", async () => {
      const fault = await faultFrom((response) => void response.destroy());
      expect(fault).toEqual({ message: expect.stringContaining("closed the connection"), isRetryable: true });
    });

    test("hangs up when it is aborted in the middle of an answer", async () => {
      await using server = await startHostileServer();
      const controller = new AbortController();
      server.answer = (response) => {
        response.writeHead(200, { "content-type": good.type }).write(good.body);
        controller.abort(new Error("no longer needed"));
      };
      const answer = make({ url: server.url, timeout: "10m" }).read({ signal: controller.signal, at: 0 });
      await expect(answer).rejects.toThrow("no longer needed");
      await server.hungUp;
    });

    test.each(logins)("logs in by $by, and shows none of it", async ({ options, header, sent }) => {
      await using server = await startHostileServer();
      server.answer = respond(good.body, good.type);
      const source = make({ url: server.url, ...options });
      await readOnce(source);
      expect(server.received[0]?.headers[header]).toBe(sent);
      // A server that echoes what it was sent, in each of the places from which a text is taken.
      const echo = `${sent} ${secret}`;
      const body = JSON.stringify({ status: "error", errorType: "bad_data", error: echo, warnings: [echo] });
      server.answer = respond(body, good.type, 400);
      const { message } = await faultOf(readOnce(source));
      for (const text of [source.name, JSON.stringify(source.description), message]) {
        expect(text).not.toContain(secret);
        expect(text).not.toContain(btoa(`user:${secret}`));
      }
    });

    test.skipIf(ownLogins)("logs in by credentials in the URL, and shows none of it", async () => {
      await using server = await startHostileServer();
      server.answer = respond(good.body, good.type);
      const source = make({ url: server.url.replace("//", `//user:${secret}@`) });
      await readOnce(source);
      expect(server.received[0]?.headers.authorization).toBe(`Basic ${btoa(`user:${secret}`)}`);
      expect(source.name + JSON.stringify(source.description)).not.toContain(secret);
    });

    test("keeps the values of the URL's query to itself", async () => {
      await using server = await startHostileServer();
      server.answer = respond(good.body, good.type);
      const source = make({ url: `${server.url}/metrics?api_key=${secret}` });
      await readOnce(source);
      expect(server.received[0]?.url).toContain(`api_key=${secret}`);
      expect(source.name + JSON.stringify(source.description)).not.toContain(secret);
    });

    test.skipIf(ownLogins)(
      "a bearer function that fails, or returns what no header can hold, is a fault that tells nothing",
      async () => {
        const bearers: (() => string)[] = [
          () => {
            throw new Error(secret);
          },
          () => `${secret}\n`,
          () => "",
        ];
        for (const bearer of bearers) {
          const fault = await faultFrom(respond(good.body, good.type), { bearer });
          expect(fault).toEqual({ message: expect.stringContaining("has no token"), isRetryable: true });
          expect(fault.message).not.toContain(secret);
        }
      },
    );

    test.skipIf(ownLogins)("a bearer function that never ends is given up after the timeout", async () => {
      const fault = await faultFrom(respond(good.body, good.type), {
        bearer: () => new Promise(() => {}),
        timeout: 50,
      });
      expect(fault).toEqual({ message: expect.stringContaining("did not answer within 50 ms"), isRetryable: true });
    });

    const tooManyLogins: readonly [string, object][] = [
      [
        "expected one way to log in; got bearer and basic",
        { bearer: secret, basic: { username: "u", password: secret } },
      ],
      [
        "got credentials in the URL and an authorization header",
        { url: `http://u:${secret}@x`, headers: { Authorization: secret } },
      ],
    ];
    test.each<[string, object]>([
      ["url: expected an http or https URL", { url: "ftp://metrics.example" }],
      ["url: expected an http or https URL", { url: "metrics.example:9090" }],
      ["headers.x: expected a header's value", { headers: { x: `${secret}\r\nevil: 1` } }],
      ...(ownLogins ? [] : tooManyLogins),
      ["timeout: expected at most 10 minutes", { timeout: "11m" }],
      ['Unrecognized key: "tiemout"', { tiemout: 5 }],
    ])("refuses when it is built: %s", (says, options) => {
      const build = () => make({ url: "http://metrics.example", ...options });
      expect(build).toThrow(
        expect.objectContaining({ code: "GATE_CONFIG_INVALID", message: expect.stringContaining(says) }),
      );
      expect(build).not.toThrow(secret);
    });
  });
}
