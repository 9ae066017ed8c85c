import { describe, expect, test } from "vitest";
import { makeAttempt } from "../../../src/gates/health-probe/attempt.js";
import { AttemptTimeout, cutShort, outcomeOf, type ProbeRequest } from "../../../src/gates/health-probe/probe.js";
import { release } from "../../helpers/gates.js";

const long = 600_000;
const options = { source: "x", release, timeoutMs: long, signal: new AbortController().signal };

/** Says nothing until it is cut short. */
const silent = ({ signal }: ProbeRequest) =>
  outcomeOf(
    () =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(cutShort(signal, "did not answer")))),
  );

const ioResources = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout");

describe("makeAttempt", () => {
  test("hands the release on, and tells how long the answer took", async () => {
    const attempt = await makeAttempt(async (request) => {
      expect(request.release).toBe(release);
      expect(request.signal.aborted).toBe(false);
      return { status: "healthy", reason: "answered" };
    }, options);
    expect(attempt).toEqual({ outcome: { status: "healthy", reason: "answered" }, latencyMs: expect.any(Number) });
    expect(attempt.latencyMs).toBeGreaterThanOrEqual(0);
  });

  test("takes a target for unhealthy that does not answer in time", async () => {
    const { outcome } = await makeAttempt(silent, { ...options, timeoutMs: 20 });
    expect(outcome).toEqual({ status: "unhealthy", reason: "did not answer within 20 ms" });
  });

  test("does not blame the target while this process was blocked", async () => {
    const blocked = makeAttempt(silent, { ...options, timeoutMs: 10 });
    const until = performance.now() + 1_100;
    while (performance.now() < until);
    await expect(blocked).rejects.toMatchObject({
      code: "SOURCE_FAILED",
      message: expect.stringMatching(/^The probe of x could not be made: this process was blocked for 1\.\d s\.$/),
      details: { isRetryable: true },
    });
  });

  test("ends with the reason when nobody wants to know any more", async () => {
    const reason = new Error("the verdict is out");
    const controller = new AbortController();
    const attempt = makeAttempt(silent, { ...options, signal: controller.signal });
    controller.abort(reason);
    await expect(attempt).rejects.toBe(reason);
  });

  test("does not begin when nobody wants to know", async () => {
    const reason = new Error("the verdict is out");
    let asked = 0;
    const count = async () => {
      asked += 1;
      return { status: "healthy", reason: "answered" } as const;
    };
    await expect(makeAttempt(count, { ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(asked).toBe(0);
  });

  test("leaves no timer behind, whatever happened", async () => {
    const before = ioResources();
    await makeAttempt(async () => ({ status: "healthy", reason: "answered" }), options);
    await makeAttempt(async () => Promise.reject(new Error("broke")), options).catch(() => {});
    expect(ioResources()).toEqual(before);
  });
});

describe("cutShort", () => {
  test("is the target's fault at the timeout, and the signal's reason otherwise", () => {
    const late = cutShort(AbortSignal.abort(new AttemptTimeout(90_000)), "did not answer");
    expect(late).toMatchObject({ name: "TargetFault", message: "did not answer within 1 min 30 s" });
    const reason = new Error("the verdict is out");
    expect(cutShort(AbortSignal.abort(reason), "did not answer")).toBe(reason);
  });
});
