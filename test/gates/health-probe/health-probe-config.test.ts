import { describe, expect, expectTypeOf, test } from "vitest";
import type * as z from "zod";
import { isGateError } from "../../../src/gate/gate-error.js";
import type { execProbeSchema, ExecProbe } from "../../../src/gates/health-probe/exec-probe-config.js";
import type { grpcProbeSchema, GrpcProbe } from "../../../src/gates/health-probe/grpc-probe-config.js";
import { healthProbe } from "../../../src/gates/health-probe/health-probe.js";
import type {
  HealthProbeConfig,
  healthProbeFields,
  HealthProbeTimes,
} from "../../../src/gates/health-probe/health-probe-config.js";
import type {
  healthProbeEvidence,
  HealthProbeEvidence,
} from "../../../src/gates/health-probe/health-probe-evidence.js";
import type { HttpProbe, httpProbeFields } from "../../../src/gates/health-probe/http-probe-config.js";
import type { TcpProbe, tcpProbeSchema } from "../../../src/gates/health-probe/tcp-probe.js";

/** The message with which a config is refused. */
function refusal(config: unknown): string {
  try {
    Reflect.apply(healthProbe, undefined, ["orders", config]);
  } catch (error) {
    if (isGateError(error, "GATE_CONFIG_INVALID")) return error.message.replace(/^.*?: /, "");
    throw error;
  }
  throw new Error("the config was accepted");
}

describe("a config", () => {
  test.each([
    [{}, "expected exactly one of http, tcp, exec, grpc; got none"],
    [
      { http: "http://orders/", tcp: { host: "orders", port: 1 } },
      "expected exactly one of http, tcp, exec, grpc; got http and tcp",
    ],
    [{ http: "orders" }, "http.url: expected an http or https URL"],
    [{ http: "http://me:s3cr3t@o:99999/" }, "http.url: expected a URL with a port from 1 to 65535"],
    [{ http: "http://o:0/" }, "http.url: expected a URL with a port from 1 to 65535"],
    [{ http: { url: 7 } }, "http.url: expected an http or https URL"],
    [{ http: "http://me:50%s3cr3t@o/" }, "http.url: expected credentials that are escaped as in every URL: % as %25"],
    [{ http: { url: "http://o/", metod: "GET" } }, 'http: Unrecognized key: "metod"'],
    [{ http: { url: "http://o/", body: "x" } }, 'http.body: expected a body with method "POST" alone'],
    [
      { http: { url: "http://o/", method: "HEAD", expect: { bodyIncludes: "x" } } },
      "http.expect: expected nothing of the body: an answer to HEAD has none",
    ],
    [{ http: { url: "http://o/", tls: {} } }, "http.tls: expected TLS options with an https URL alone"],
    [{ http: { url: "https://o/", tls: { key: "k" } } }, "http.tls: expected cert and key together"],
    [
      { http: { url: "http://o/", headers: { "x-key": "s3cr3t\n" } } },
      "http.headers.x-key: expected a valid header name and value",
    ],
    [
      { http: { url: "http://o/", headers: { "x key": "s3cr3t" } } },
      "http.headers.x key: expected a valid header name and value",
    ],
    [
      { http: { url: "http://o/", expect: { status: 99 } } },
      "http.expect.status: Too small: expected number to be >=100",
    ],
    [
      { http: { url: "http://o/", expect: { status: "6xx" } } },
      'http.expect.status: expected a status from 100 to 599, a class such as "2xx", or a list of them',
    ],
    [
      { http: { url: "http://o/", expect: { json: {} } } },
      "http.expect.json: expected a Standard Schema, such as one of zod, valibot or arktype",
    ],
    [
      { tcp: { host: "http://o", port: 1 } },
      "tcp.host: expected a host name or an IP address, without scheme, port and path",
    ],
    [{ exec: { command: "a\0b" } }, "exec.command: expected a text without NUL"],
    [{ http: "http://o/", period: 0 }, "period: expected a duration above 0"],
    [
      { http: "http://o/", timeout: "1 s" },
      'timeout: expected a duration such as "30s", "5m" or a number of milliseconds ≥ 0',
    ],
    [{ http: "http://o/", timeout: "11m" }, "timeout: expected at most 10 minutes"],
    [
      { http: "http://o/", maxAttempts: 2 },
      "maxAttempts: expected at least 3, as many as the higher threshold: fewer attempts never reach it",
    ],
    [{ http: "http://o/", failureTreshold: 2 }, 'Unrecognized key: "failureTreshold"'],
    ["http://o/", "Invalid input: expected object, received string"],
  ])("%j is refused: %s", (config, message) => {
    expect(refusal(config)).toBe(message);
  });

  test.each([
    [{ successThreshold: 0 }],
    [{ failureThreshold: 1.5 }],
    [{ failureThreshold: Number.NaN }],
    [{ period: Number.POSITIVE_INFINITY }],
    [{ initialDelay: -1 }],
  ])("%j is refused", (times) => {
    expect(refusal({ http: "http://o/", ...times })).toContain(Object.keys(times)[0]);
  });

  test("a refusal never repeats a secret", () => {
    const secret = "s3cr3t";
    for (const config of [
      { http: `ftp://me:${secret}@o/?key=${secret}` },
      { http: { url: "http://o/", headers: { "x-key": `${secret}\n`, "b a d": secret } } },
      { http: { url: "https://o/", tls: { key: secret, passphrase: secret } } },
      { exec: { command: "x", env: { "a=b": secret } } },
      { grpc: { host: `me:${secret}@o`, port: 1, metadata: { "x-bin": secret } } },
    ]) {
      expect(refusal(config)).not.toContain(secret);
    }
  });
});

describe("the gate", () => {
  test("has Kubernetes' numbers, rolls back, and takes as long as its attempts may", () => {
    const gate = healthProbe("orders", { http: "http://orders/healthz" });
    expect(gate).toMatchObject({ kind: "health-probe", name: "orders", onFail: "rollback", onError: "hold" });
    expect(gate.config).toMatchObject({
      initialDelayMs: 0,
      periodMs: 10_000,
      timeoutMs: 1_000,
      successThreshold: 1,
      failureThreshold: 3,
      maxAttempts: 12,
    });
    expect(gate.timeoutMs).toBe(150_000);
  });

  test("takes longer where its attempts do", () => {
    const config: HealthProbeConfig = {
      tcp: { host: "orders", port: 80 },
      initialDelay: "1m",
      period: "1s",
      timeout: "5s",
      maxAttempts: 20,
    };
    expect(healthProbe("orders", config).timeoutMs).toBe(60_000 + 20 * 5_000 + 30_000);
  });

  test("takes a field that is undefined for one that is missing", () => {
    const config = { http: undefined, tcp: { host: "orders", port: 80 }, period: undefined };
    const gate: unknown = Reflect.apply(healthProbe, undefined, ["orders", config]);
    expect(gate).toMatchObject({ config: { periodMs: 10_000 } });
  });

  test("shows no secret in its description", () => {
    const gate = healthProbe("orders", {
      http: { url: "https://me:s3cr3t@orders/healthz?key=s3cr3t", headers: { authorization: "Bearer s3cr3t" } },
    });
    expect(JSON.stringify(gate.config)).not.toContain("s3cr3t");
    expect(gate.config).toMatchObject({ probe: { url: "https://orders/healthz?key=[redacted]" } });
  });
});

/** Without what the schemas cannot say: that fields are readonly, and missing rather than undefined. */
type Loose<T> = T extends RegExp | ((...args: never[]) => unknown)
  ? T
  : T extends object
    ? { -readonly [K in keyof T]: Loose<T[K] | undefined> }
    : T;

describe("the types", () => {
  test("written for people are what the schemas accept", () => {
    expectTypeOf<Loose<HttpProbe>>().toEqualTypeOf<Loose<z.input<typeof httpProbeFields>>>();
    expectTypeOf<Loose<TcpProbe>>().toEqualTypeOf<Loose<z.input<typeof tcpProbeSchema>>>();
    expectTypeOf<Loose<ExecProbe>>().toEqualTypeOf<Loose<z.input<typeof execProbeSchema>>>();
    expectTypeOf<Loose<GrpcProbe>>().toEqualTypeOf<Loose<z.input<typeof grpcProbeSchema>>>();
    expectTypeOf<Loose<HealthProbeTimes>>().toEqualTypeOf<
      Loose<Omit<z.input<typeof healthProbeFields>, "http" | "tcp" | "exec" | "grpc">>
    >();
    expectTypeOf<Loose<HealthProbeEvidence>>().toEqualTypeOf<Loose<z.output<typeof healthProbeEvidence>>>();
  });

  test("name exactly one transport", () => {
    const tcp = { host: "orders", port: 80 };
    // @ts-expect-error nothing is probed
    expect(() => healthProbe("orders", {})).toThrow("exactly one");
    // @ts-expect-error two transports
    expect(() => healthProbe("orders", { http: "http://orders/", tcp })).toThrow("exactly one");
    // @ts-expect-error a typo
    expect(() => healthProbe("orders", { tcp, periods: "1s" })).toThrow("periods");
    // @ts-expect-error no such unit
    expect(() => healthProbe("orders", { tcp, period: "1 second" })).toThrow("period");
  });
});
