import { createServer } from "node:net";
import fc from "fast-check";
import { allOf, GateError, runGates, startRun, type StepOptions } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";
import { eventsOf, judge } from "../helpers/judge.js";
import { failOnUnhandledRejections } from "../helpers/unhandled-rejections.js";

failOnUnhandledRejections();

/** Runs one step in a gate of its own, and says how it was recorded and what the gate learnt. */
async function stepOf(effect: (io: { signal: AbortSignal; attempt: number }) => unknown, options: StepOptions = {}) {
  let thrown: unknown;
  const judged = await judge(
    custom("g", async ({ step, pass }) => {
      try {
        return pass("done", { value: (await step("s", effect, options)) as never });
      } catch (error) {
        thrown = error;
        throw error;
      }
    }),
  );
  const recorded = judged.events.find((event) => event.type === "step:recorded");
  return { ...judged, recorded, thrown };
}

const failing = (error: unknown, until = Number.POSITIVE_INFINITY) => {
  const tries: number[] = [];
  const effect = ({ attempt }: { attempt: number }) => {
    tries.push(attempt);
    if (attempt < until) throw error;
    return attempt;
  };
  return { tries, effect };
};

describe("a step", () => {
  test("is recorded with its value, and what was asked", async () => {
    const { recorded, verdict } = await stepOf(() => ({ depth: 7, gone: undefined }), { input: { queue: "orders" } });
    expect(recorded).toMatchObject({
      gate: "g",
      step: "s",
      attempt: 1,
      tries: 1,
      ok: true,
      value: { depth: 7 },
      input: { queue: "orders" },
    });
    expect(verdict.findings[0]?.evidence).toEqual({ value: { depth: 7 } });
  });

  test.each([
    ["an error", new Error("connection reset")],
    // Network errors of fetch are TypeErrors.
    ["a TypeError", new TypeError("fetch failed")],
    ["a TypeError of any other kind", new TypeError("x is not a function")],
    ["a text", "overloaded"],
    ["a source that may recover", new GateError("SOURCE_FAILED", "503", { source: "p", isRetryable: true })],
  ])("that fails with %s is done again twice", async (_, error) => {
    const { tries, effect } = failing(error);
    const { recorded } = await stepOf(effect);
    expect(tries).toEqual([1, 2, 3]);
    expect(recorded).toMatchObject({ ok: false, tries: 3 });
  });

  test.each([
    ["a config error", new GateError("GATE_CONFIG_INVALID", "bad", { kind: "k", gate: "g", issues: [] })],
    ["a source that says it is useless", new GateError("SOURCE_FAILED", "400", { source: "p", isRetryable: false })],
    ["a duration that is none", new GateError("DURATION_INVALID", "bad", { got: "x" })],
  ])("that fails with %s is not done again", async (_, error) => {
    const { tries, effect } = failing(error);
    const { thrown } = await stepOf(effect);
    expect(tries).toEqual([1]);
    expect(thrown).toMatchObject({
      name: "GateError",
      code: error.code,
      message: error.message,
      details: error.details,
    });
  });

  test("is done as often as it was told to, and no more once it succeeds", async () => {
    const count = async (options: StepOptions, until?: number) => {
      const { tries, effect } = failing(new Error("no"), until);
      await stepOf(effect, options);
      return tries.length;
    };
    expect(await count({ retry: false })).toBe(1);
    expect(await count({ retry: { retries: 0 } })).toBe(1);
    expect(await count({ retry: { retries: 5 } })).toBe(6);
    expect(await count({ retry: { retries: 5 } }, 4)).toBe(4);
  });

  test.each([-1, Number.NaN, 1.5])("refuses to be retried %s times", async (retries) => {
    const { statuses, recorded } = await stepOf(failing(new Error("no")).effect, { retry: { retries } });
    expect([statuses["g"], recorded]).toMatchObject(["errored", { ok: false }]);
  });

  test("waits longer before each retry, by a random part, on the run's clock", async () => {
    const { effect } = failing(new Error("no"));
    const waits: number[] = [];
    for (let run = 0; run < 30; run += 1) waits.push((await stepOf(effect, { retry: { retries: 1 } })).after);
    // A step of 250 ms: from half of it to all.
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(125);
    expect(Math.max(...waits)).toBeLessThanOrEqual(250);
    expect(new Set(waits).size).toBeGreaterThan(5);
    const { after } = await stepOf(effect, { retry: { retries: 4 } });
    expect(after).toBeGreaterThanOrEqual(125 + 250 + 500 + 1_000);
    expect(after).toBeLessThanOrEqual(250 + 500 + 1_000 + 2_000);
    // No wait is longer than half a minute.
    const patient = await stepOf(effect, { retry: { retries: 20 } });
    expect(patient.after).toBeLessThanOrEqual(20 * 30_000);
  });

  test.each<[unknown, number, number]>([
    [10_000, 10_000, 10_000],
    // The gate's time is its own.
    [3_600_000, 30_000, 30_000],
    // No less than without.
    [1, 125, 250],
    [-1, 125, 250],
    [Number.NaN, 125, 250],
    ["an hour", 125, 250],
  ])("waits as long as a source asks for: %j", async (retryAfterMs, least, most) => {
    const details = { source: "p", isRetryable: true, retryAfterMs: retryAfterMs as number };
    const { effect } = failing(new GateError("SOURCE_FAILED", "503", details), 2);
    const { after, statuses } = await stepOf(effect, { retry: { retries: 1 } });
    expect(statuses["g"]).toBe("passed");
    expect(after).toBeGreaterThanOrEqual(least);
    expect(after).toBeLessThanOrEqual(most);
  });

  test("is not done again once the gate is no longer needed", async () => {
    const { tries, effect } = failing(new Error("no"));
    const retrying = custom("retrying", async ({ step, pass }) => pass("", await step("s", effect)));
    const { decision, after } = await judge(allOf("all", [retrying, gate("bad", "fail", 50)]));
    expect([decision, after, tries]).toEqual(["rollback", 50, [1]]);
  });

  test("times out each try, aborts its signal, and says so", async () => {
    const aborted: unknown[] = [];
    const { after, recorded, reasons } = await stepOf(
      ({ signal }) => {
        signal.addEventListener("abort", () => aborted.push((signal.reason as Error).message));
        return new Promise(() => {});
      },
      { timeout: "2s", retry: { retries: 1 } },
    );
    expect(after).toBeGreaterThan(4_000);
    expect(aborted).toEqual(Array.from({ length: 2 }, () => 'Step "s" of gate "g" timed out after 2 s.'));
    expect(recorded).toMatchObject({
      ok: false,
      tries: 2,
      error: { code: "STEP_TIMEOUT", details: { timeoutMs: 2_000 } },
    });
    expect(reasons["g"]).toBe('could not be checked: Step "s" of gate "g" timed out after 2 s.');
  });

  test("has half a minute where it is told nothing, and refuses a timeout that is none", async () => {
    const { recorded } = await stepOf(() => new Promise(() => {}), { retry: false });
    expect(recorded).toMatchObject({ error: { details: { timeoutMs: 30_000 } } });
    const { reasons } = await stepOf(() => 1, { timeout: "soon" as never });
    expect(reasons["g"]).toContain(
      'Expected a duration such as "30s", "5m" or a number of milliseconds ≥ 0, got "soon".',
    );
  });

  test.each<[string, unknown, string]>([
    ["a date", new Date(0), "value is a Date, which does not survive JSON"],
    ["a map in a list", [1, new Map()], "value[1] is a Map, which does not survive JSON"],
    ["NaN", { ratio: Number.NaN }, "value.ratio is NaN, which JSON has no word for"],
    ["a text that is too long", "x".repeat(300_000), "its value has 300002 bytes, more than 262144"],
    [
      "a list that is too long",
      Array.from({ length: 100_000 }, () => 123),
      "its value has 400001 bytes, more than 262144",
    ],
  ])("whose value is %s is errored, and is not done again", async (_, value, why) => {
    const { recorded, thrown, statuses } = await stepOf(() => value);
    expect(statuses["g"]).toBe("errored");
    expect(recorded).toMatchObject({ ok: false, tries: 1, error: { code: "STEP_VALUE_INVALID" } });
    expect((thrown as Error).message).toBe(`Step "s" of gate "g" cannot be recorded: ${why}.`);
  });

  test("whose value throws something that is no error, when it is read, is errored", async () => {
    const hostile = Object.defineProperty({}, "rows", {
      enumerable: true,
      get: () => {
        // What lint forbids us, others may do.
        // oxlint-disable-next-line typescript/only-throw-error
        throw "gone";
      },
    });
    const { reasons } = await stepOf(() => hostile);
    expect(reasons["g"]).toContain('Step "s" of gate "g" cannot be recorded: its value does not survive JSON.');
  });

  test("may have no value, which is null", async () => {
    const { recorded } = await stepOf(() => undefined);
    expect(recorded).toMatchObject({ ok: true, value: null });
  });

  test("cannot use the name of another one, or of a wait, twice", async () => {
    const twice = custom("g", async ({ step, pass }) => {
      await step("s", () => 1);
      await step("s", () => 2);
      return pass("never", null);
    });
    const { reasons, events } = await judge(twice);
    expect(reasons["g"]).toBe(
      'could not be checked: Gate "g" used the name "s" for two steps; each needs a name of its own.',
    );
    expect(events.filter(({ type }) => type === "step:recorded")).toHaveLength(1);
  });

  test("gives a thrown error back with name, message and code", async () => {
    class QueryError extends Error {
      override readonly name = "QueryError";
      readonly code = "42P01";
    }
    const { thrown } = await stepOf(() => Promise.reject(new QueryError("no such table")), { retry: false });
    expect(thrown).toMatchObject({ name: "QueryError", message: "no such table", code: "42P01" });
  });

  test("of a refused connection says why, and not only that fetch failed", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
    );
    await new Promise((resolve) => server.close(resolve));
    const tries: number[] = [];
    const asking = custom("g", async ({ step, pass }) => {
      const status = await step("ask", async ({ attempt }) => {
        tries.push(attempt);
        return (await fetch(`http://127.0.0.1:${port}/`)).status;
      });
      return pass("answered", { status });
    });
    const verdict = await runGates(asking, { release });
    expect(tries).toEqual([1, 2, 3]);
    expect(verdict.findings[0]?.reason).toContain(`fetch failed: connect ECONNREFUSED 127.0.0.1:${port}`);
  });
});

describe("the steps of a run", () => {
  test.each([
    [undefined, 16],
    [1, 1],
    [3, 3],
  ])("with a concurrency of %s are at most %s at once, and the rest waits", async (concurrency, most) => {
    let inFlight = 0;
    let peak = 0;
    const clock = virtualClock();
    const busy = (name: string) =>
      custom(name, async ({ step, pass }) => {
        await step("work", async () => {
          inFlight += 1;
          peak = Math.max(peak, inFlight);
          await new Promise<void>((resolve) => void clock.schedule(clock.now() + 100, resolve));
          inFlight -= 1;
        });
        return pass("worked", null);
      });
    const gates = Array.from({ length: 40 }, (_, index) => busy(`g${index}`));
    const options = concurrency === undefined ? {} : { concurrency };
    const verdict = await clock.settle(runGates(allOf("all", gates), { release, clock, ...options }));
    expect([verdict.decision, peak]).toEqual(["promote", most]);
    expect(clock.now() - Date.parse(verdict.startedAt)).toBe(Math.ceil(40 / most) * 100);
  });

  test("that wait for their turn do not use up their time", async () => {
    const slow = (name: string) =>
      custom(name, async ({ step, sleep, pass }) => {
        await step("work", () => Promise.resolve(1), { timeout: "1s" });
        await sleep("1s");
        return pass("worked", null);
      });
    const gates = Array.from({ length: 50 }, (_, index) => slow(`g${index}`));
    expect((await judge(allOf("all", gates), { concurrency: 1 })).decision).toBe("promote");
  });

  test("inside steps do not wait for one another for ever", async () => {
    const nested = custom(
      "nested",
      async ({ step, pass }) => {
        const value = await step("outer", async () => step("inner", () => 7, { retry: false }), { retry: false });
        return pass("nested", { value });
      },
      { timeout: "10m" },
    );
    const { after, statuses, reasons } = await judge(nested, { concurrency: 1 });
    // One slot, and the outer step holds it: the outer one times out, and says so.
    expect([after, statuses["nested"]]).toEqual([30_000, "errored"]);
    expect(reasons["nested"]).toContain('Step "outer" of gate "nested" timed out after 30 s.');
    expect((await judge(nested)).decision).toBe("promote");
  });

  test("of one gate may go side by side", async () => {
    const both = custom("both", async ({ step, pass }) => {
      const [a, b] = await Promise.all([step("a", () => 1), step("b", () => 2)]);
      return pass("both", { sum: a + b });
    });
    expect((await judge(both)).verdict.findings[0]?.evidence).toEqual({ sum: 3 });
  });

  test("that a cancel leaves in line are never begun", async () => {
    let begun = 0;
    const hanging = (name: string) =>
      custom(name, async ({ step, pass }) => {
        await step("hang", () => {
          begun += 1;
          return new Promise(() => {});
        });
        return pass("never", null);
      });
    const clock = virtualClock();
    const gates = Array.from({ length: 20 }, (_, index) => hanging(`g${index}`));
    const run = startRun(allOf("all", gates), { release, clock, concurrency: 2 });
    await clock.advance("1s");
    run.cancel("enough");
    await clock.settle(run.verdict);
    await clock.advance("1h");
    expect(begun).toBe(2);
    expect(eventsOf(run).map(({ type }) => type)).not.toContain("step:recorded");
  });
});

describe("secrets", () => {
  const secret = fc.string({
    minLength: 8,
    maxLength: 20,
    unit: fc.constantFrom(..."abcXYZ019-_.!$&'()*+,;=%~".split("")),
  });

  test("that a run is told never reach a record, a verdict or an event", async () => {
    await fc.assert(
      fc.asyncProperty(secret, async (text) => {
        const leaky = custom("leaky", async ({ step, measure, now, fail }) => {
          await step("ask", () => ({ body: `token ${text}!`, [text]: 1 }), { input: { sent: text } });
          measure({ name: text, at: now(), value: 1, status: "good", detail: text });
          await step("break", () => Promise.reject(new Error(`refused ${text}`)), { retry: false }).catch(() => {});
          return fail(`saw ${text}`, { seen: [text] });
        });
        const heard: string[] = [];
        const { run, verdict } = await judge(
          leaky,
          { secrets: [text, ""], release: { ...release, version: `2.4.0-${text}` } },
          (started) => started.on("event", (event) => void heard.push(JSON.stringify(event))),
        );
        const everything = [JSON.stringify(verdict), ...run.record(), ...heard, JSON.stringify(run.snapshot())];
        for (const line of everything) expect(line).not.toContain(text);
        expect(verdict.reason).toContain("[redacted]");
      }),
      { numRuns: 50 },
    );
  });

  test("that no run was told are found in URLs and under telling keys", async () => {
    const leaky = custom("leaky", async ({ step, pass }) => {
      const answer = await step("ask", () => ({
        url: "https://ada:lovelace@db.example/x?token=s3cret&limit=5",
        headers: { authorization: "Bearer abcdefghijklmnop", "x-trace": "Basic YWRhOmxvdmVsYWNl" },
      }));
      return pass(`asked ${answer.url}`, answer);
    });
    const { run, verdict } = await judge(leaky);
    const text = [...run.record(), JSON.stringify(verdict)].join("\n");
    for (const leak of ["lovelace", "s3cret", "abcdefgh", "YWRhOm"]) expect(text).not.toContain(leak);
    expect(verdict.findings[0]?.reason).toBe("asked https://[redacted]@db.example/x?token=[redacted]&limit=[redacted]");
  });
});
