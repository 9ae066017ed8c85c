import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { healthProbe } from "../../../src/gates/health-probe/health-probe.js";
import type { HealthProbeTimes } from "../../../src/gates/health-probe/health-probe-config.js";
import type { RecordEvent } from "../../../src/run/record/record-event.js";
import { runGates } from "../../../src/run/run-gates.js";
import { startRun } from "../../../src/run/start-run.js";
import { virtualClock } from "../../../src/run/host/virtual-clock.js";
import { release } from "../../helpers/gates.js";
import { closedPort, serveHttp, serveTcp } from "./servers.js";

/** Answers with one status after the other, and with the last one from then on. */
function script(...statuses: readonly number[]): RequestListener & { asked: number } {
  const listener: RequestListener & { asked: number } = Object.assign(
    (_: unknown, answer: Parameters<RequestListener>[1]) => {
      answer.statusCode = statuses[Math.min(listener.asked, statuses.length - 1)] ?? 200;
      listener.asked += 1;
      answer.end(`answer ${listener.asked}`);
    },
    { asked: 0 },
  );
  return listener;
}

const old: RequestListener = (_, answer) => void answer.end('{"status":"pass","releaseId":"2.3.9"}');

/** Repeats what it was sent. */
const echo: RequestListener = (incoming, answer) => {
  answer.statusCode = 500;
  answer.end(`${incoming.url} ${JSON.stringify(incoming.headers)}`);
};

// Attempts follow one another as fast as they may, and have all the time they may want.
const fast = { period: "1ms", timeout: "60s" } as const;

async function judge(listener: RequestListener, times: HealthProbeTimes = {}) {
  const server = await serveHttp(listener);
  const url = `http://127.0.0.1:${server.port}/`;
  const gate = healthProbe("orders", { ...fast, ...times, http: url });
  const events: RecordEvent[] = [];
  const run = startRun(gate, { release });
  run.on("event", (event) => events.push(event));
  const verdict = await run.verdict;
  await server.allClosed();
  const [finding] = verdict.findings;
  if (!finding) throw new Error("expected a finding");
  return { verdict, finding, events, url };
}

describe("a target", () => {
  test("that is healthy promotes", async () => {
    const { verdict, finding, url } = await judge(script(200));
    expect(verdict.decision).toBe("promote");
    expect(finding).toMatchObject({
      status: "passed",
      evidence: {
        target: url,
        attempts: 1,
        healthy: 1,
        unhealthy: 0,
        errored: 0,
        successesInRow: 1,
        failuresInRow: 0,
        last: {
          status: "healthy",
          reason: "answered 200",
          statusCode: 200,
          excerpt: "answer 1",
          latencyMs: expect.any(Number),
          attemptedAt: finding.observedAt,
        },
      },
    });
    expect(finding.reason).toMatch(
      /^http:\/\/127.0.0.1:\d+\/ answered 200 in [\d.]+ m?s: 1 success in a row, 1 needed\.$/,
    );
  });

  test("that is unhealthy again and again rolls back", async () => {
    const asked = script(503);
    const { verdict, finding } = await judge(asked);
    expect(asked.asked).toBe(3);
    expect(verdict.decision).toBe("rollback");
    expect(finding).toMatchObject({
      status: "failed",
      evidence: { attempts: 3, unhealthy: 3, failuresInRow: 3, last: { statusCode: 503, excerpt: "answer 3" } },
    });
    expect(finding.reason).toMatch(
      /^http:\S+ answered 503, expected 200–399: 3 failures in a row, 3 are too many, 3 attempts over [\d.]+ m?s\.$/,
    );
  });

  test("that is not there rolls back", async () => {
    const gate = healthProbe("orders", { ...fast, tcp: { host: "127.0.0.1", port: await closedPort() } });
    const { decision, findings } = await runGates(gate, { release });
    expect(decision).toBe("rollback");
    expect(findings[0]?.reason).toContain("refused the connection");
  });

  test("that recovers in time promotes", async () => {
    const { verdict, finding } = await judge(script(503, 503, 200, 503, 200, 200), { successThreshold: 2 });
    expect(verdict.decision).toBe("promote");
    expect(finding).toMatchObject({ evidence: { attempts: 6, healthy: 3, unhealthy: 3, successesInRow: 2 } });
  });

  test("that flaps holds", async () => {
    const { verdict, finding } = await judge(script(200, 503, 200, 503), {
      successThreshold: 2,
      failureThreshold: 2,
      maxAttempts: 4,
    });
    expect(verdict.decision).toBe("hold");
    expect(finding.status).toBe("inconclusive");
    expect(finding.reason).toMatch(
      /^http:\S+ was healthy in 2 of 4 attempts over [\d.]+ m?s, never 2 times healthy or 2 times unhealthy in a row; the last time it answered 503, expected 200–399\.$/,
    );
  });

  test("that is another version rolls back, and the evidence says which", async () => {
    const server = await serveHttp(old);
    const http = { url: `http://127.0.0.1:${server.port}/`, expect: { release: true } } as const;
    const { decision, findings } = await runGates(healthProbe("orders", { ...fast, http }), { release });
    expect(decision).toBe("rollback");
    expect(findings[0]?.evidence).toMatchObject({ last: { version: "2.3.9" } });
  });

  test("that does not answer within its time is unhealthy", async () => {
    const server = await serveTcp(() => {});
    const http = `http://127.0.0.1:${server.port}/`;
    const gate = healthProbe("orders", { http, period: "1ms", timeout: "50ms", failureThreshold: 1 });
    const { findings } = await runGates(gate, { release });
    expect(findings[0]).toMatchObject({
      status: "failed",
      reason: expect.stringContaining("accepted the connection and did not answer within 50 ms"),
    });
    await server.allClosed();
  });
});

describe("a probe that cannot be made", () => {
  test("for good holds at once", async () => {
    const gate = healthProbe("smoke", { ...fast, exec: { command: "no-such-command-anywhere" } });
    const events: string[] = [];
    const run = startRun(gate, { release });
    run.on("step:recorded", ({ step }) => events.push(step));
    const { decision, findings } = await run.verdict;
    expect(decision).toBe("hold");
    expect(findings[0]).toMatchObject({
      status: "errored",
      reason: expect.stringContaining("could not be started (ENOENT"),
    });
    expect(events).toEqual(["attempt@0s"]);
  });

  test("for now holds after as many attempts as failures would be too many", async () => {
    // A server that refuses the probe's own certificate, or the lack of one, says nothing about its health.
    const { Server, ServerCredentials } = await import("@grpc/grpc-js");
    const server = new Server();
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    const gate = healthProbe("orders", { ...fast, grpc: { host: "127.0.0.1", port }, failureThreshold: 2 });
    const samples: unknown[] = [];
    const tries: number[] = [];
    const run = startRun(gate, { release });
    run.on("step:recorded", (step) => tries.push(step.tries));
    run.on("gate:measured", ({ sample }) => samples.push([sample.status, sample.value]));
    const { decision, findings } = await run.verdict;
    server.forceShutdown();
    expect(decision).toBe("hold");
    expect(findings[0]).toMatchObject({
      status: "errored",
      reason: expect.stringContaining("the server does not implement grpc.health.v1.Health"),
    });
    expect(tries).toEqual([1, 1]);
    expect(samples).toEqual([
      ["unknown", null],
      ["unknown", null],
    ]);
  });
});

describe("the record", () => {
  test("has a step and a measurement for each attempt", async () => {
    const { events } = await judge(script(503, 200));
    const steps = events.filter((event) => event.type === "step:recorded");
    expect(steps).toHaveLength(2);
    expect(steps[0]).toMatchObject({
      step: "attempt@0s",
      tries: 1,
      ok: true,
      input: { probe: { transport: "http" }, timeoutMs: 60_000 },
      value: { outcome: { status: "unhealthy", statusCode: 503 }, latencyMs: expect.any(Number) },
    });
    const samples = events.filter((event) => event.type === "gate:measured").map(({ sample }) => sample);
    expect(samples).toMatchObject([
      { name: "latency", status: "bad", bound: "healthy within 1 min", detail: "answered 503, expected 200–399" },
      { name: "latency", status: "good", bound: "healthy within 1 min", detail: "answered 200" },
    ]);
  });

  test("holds no secret, whatever the target repeats", async () => {
    const secret = "s3cr3t-value";
    const server = await serveHttp(echo);
    const gate = healthProbe("orders", {
      ...fast,
      http: {
        url: `http://me:${secret}@127.0.0.1:${server.port}/?key=${secret}`,
        headers: { "x-key": secret },
      },
    });
    const events: RecordEvent[] = [];
    const run = startRun(gate, { release });
    run.on("event", (event) => events.push(event));
    const verdict = await run.verdict;
    expect(verdict.decision).toBe("rollback");
    expect(JSON.stringify([events, verdict, run.snapshot()])).not.toContain(secret);
    expect(JSON.stringify(events)).not.toContain(Buffer.from(`me:${secret}`).toString("base64"));
  });
});

describe("the times", () => {
  test("are those of Kubernetes: after the delay, and then each period", async () => {
    const clock = virtualClock("2030-01-01T00:00:00Z");
    const server = await serveHttp(script(503, 503, 200, 200));
    const http = `http://127.0.0.1:${server.port}/`;
    const gate = healthProbe("orders", { http, initialDelay: "5s", successThreshold: 2 });
    const run = startRun(gate, { release, clock });
    const attempts: string[] = [];
    let attempted: (() => void) | undefined;
    run.on("step:recorded", ({ step, at }) => {
      attempts.push(`${step} at ${at}`);
      attempted?.();
    });
    for (const wait of [5, 10, 10, 10]) {
      const next = new Promise<void>((resolve) => (attempted = resolve));
      // A millisecond too early nothing happens.
      const before = attempts.length;
      await clock.advance(wait * 1_000 - 1);
      expect(attempts).toHaveLength(before);
      await clock.advance(1);
      await next;
    }
    const { findings } = await run.verdict;
    expect(attempts).toEqual([
      "attempt@5s at 2030-01-01T00:00:05.000Z",
      "attempt@15s at 2030-01-01T00:00:15.000Z",
      "attempt@25s at 2030-01-01T00:00:25.000Z",
      "attempt@35s at 2030-01-01T00:00:35.000Z",
    ]);
    expect(findings[0]).toMatchObject({
      status: "passed",
      reason: expect.stringContaining("2 successes in a row, 2 needed, 4 attempts over 30 s."),
      evidence: { last: { attemptedAt: "2030-01-01T00:00:35.000Z" } },
    });
  });
});

describe("a run that is cancelled", () => {
  test("ends the attempt under way, and its connection", async () => {
    const controller = new AbortController();
    const server = await serveTcp((socket) => {
      socket.once("data", () => controller.abort(new Error("enough")));
    });
    const gate = healthProbe("orders", { http: `http://127.0.0.1:${server.port}/`, timeout: "60s" });
    const { decision, findings } = await runGates(gate, { release, signal: controller.signal });
    expect(decision).toBe("hold");
    expect(findings[0]?.status).toBe("cancelled");
    await server.allClosed();
    expect(server.accepted()).toBe(1);
  });
});
