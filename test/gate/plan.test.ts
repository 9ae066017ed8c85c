import { GateError, isGateError, plan, runGates, startRun, type Release } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { memoryStore } from "release-gates/stores";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { parseRelease } from "../../src/gate/release.js";
import { inProcessHost } from "../../src/run/host/in-process-host.js";
import { gate, release } from "../helpers/gates.js";
import { refusalOf } from "../helpers/refusal.js";

const clock = virtualClock();

describe("plan", () => {
  const host = plan(
    "standard",
    { input: z.strictObject({ host: z.string().min(1), port: z.coerce.number().default(443) }) },
    ({ version }, input) => gate(`${version} on ${input.host}:${input.port}`, "pass"),
  );

  test("builds its gate from the release and its input, as the schema returned it", async () => {
    const run = startRun(host, { release, clock, input: { host: "a" } });
    await clock.settle(run.verdict);
    expect(run.snapshot().gates[0]?.name).toBe("2.4.0 on a:443");
    expect(run.plan).toMatchObject({ name: "standard", input: { host: "a" } });
    expect(run.plan.fingerprint).toMatch(/^[\da-f]{64}$/);
  });

  test.each<[string, unknown, string]>([
    [
      "wrong input",
      { host: 7 },
      'Invalid input for plan "standard": host: Invalid input: expected string, received number',
    ],
    ["a typo", { host: "a", prot: 1 }, 'Invalid input for plan "standard": Unrecognized key: "prot"'],
    ["no input", undefined, 'Invalid input for plan "standard": Invalid input: expected object, received undefined'],
    [
      "input that is no JSON",
      { host: "a", port: new Date(0) },
      'Invalid input for plan "standard": value.port is a Date, which does not survive JSON.',
    ],
  ])("refuses %s before anything is asked", async (_, input, message) => {
    const run = () => startRun(host, { release, clock, input: input as never });
    expect(refusalOf(run)).toBe(`RUN_INPUT_INVALID: ${message}`);
    await expect(runGates(host, { release, clock, input: input as never })).rejects.toThrow(message);
  });

  test("without input takes none", async () => {
    const plain = plan("plain", () => gate("a", "pass"));
    expect((await clock.settle(runGates(plain, { release, clock }))).decision).toBe("promote");
    expect(refusalOf(() => startRun(plain, { release, clock, input: 1 as never }))).toBe(
      'RUN_INPUT_INVALID: Plan "plain" takes no input.',
    );
  });

  test("must return a gate, and have a name", () => {
    const empty = plan("empty", (() => undefined) as never);
    expect(refusalOf(() => startRun(empty, { release, clock }))).toBe(
      'RUN_INPUT_INVALID: Plan "empty" must return a gate.',
    );
    expect(refusalOf(() => plan("a/b", () => gate("a", "pass")))).toContain('Invalid name for gate "a/b" (plan)');
  });

  test("lets an error of its own through, and a gate's config error too", () => {
    const broken = plan("broken", { input: z.null() }, () => {
      throw new RangeError("no such region");
    });
    expect(() => startRun(broken, { release, clock, input: null })).toThrow(new RangeError("no such region"));
    const wrong = plan("wrong", () => gate("a/b", "pass"));
    expect(refusalOf(() => startRun(wrong, { release, clock }))).toContain("GATE_CONFIG_INVALID");
  });

  test("is told a release that it cannot change", () => {
    const meddling = plan("meddling", (given) => {
      (given as { name: string }).name = "other";
      return gate("a", "pass");
    });
    expect(() => startRun(meddling, { release, clock })).toThrow(TypeError);
  });
});

describe("startRun", () => {
  test.each<[string, () => unknown, string]>([
    ["nothing", () => startRun(undefined as never, { release }), "Expected a gate or a plan to run."],
    ["a factory", () => startRun((() => {}) as never, { release }), "Expected a gate or a plan to run."],
    [
      "no options",
      () => startRun(gate("a", "pass"), undefined as never),
      "Invalid options for the run: Invalid input: expected object, received undefined",
    ],
    [
      "a typo",
      () => startRun(gate("a", "pass"), { release, dealine: "1h" } as never),
      'Invalid options for the run: Unrecognized key: "dealine"',
    ],
    [
      "a deadline of nothing",
      () => startRun(gate("a", "pass"), { release, deadline: 0 }),
      "Invalid options for the run: deadline: expected a duration above 0, got 0",
    ],
    [
      "no concurrency",
      () => startRun(gate("a", "pass"), { release, concurrency: 0 }),
      "Invalid options for the run: concurrency: Too small: expected number to be >=1, got 0",
    ],
    [
      "a store that is none",
      () => startRun(gate("a", "pass"), { release, store: {} as never }),
      "Invalid options for the run: store: expected a record store, got an object",
    ],
    [
      "a store beside an engine",
      () => startRun(gate("a", "pass"), { release, store: memoryStore(), host: inProcessHost() }),
      "Invalid options for the run: store: expected none beside a host, which keeps a journal of its own, got an object",
    ],
    [
      "a clock that is none",
      () => startRun(gate("a", "pass"), { release, clock: null as never }),
      "Invalid options for the run: clock: expected a clock, got null",
    ],
  ])("refuses %s", (_, start, message) => {
    expect(refusalOf(start)).toBe(`RUN_INPUT_INVALID: ${message}`);
  });
});

describe("a release", () => {
  test.each<[object | undefined, string]>([
    [undefined, "Invalid input: expected object, received undefined"],
    [{ name: "", version: "1", environment: "p" }, 'name: Too small: expected string to have >=1 characters, got ""'],
    [{ name: " ", version: "1", environment: "p" }, 'name: Too small: expected string to have >=1 characters, got " "'],
    [{ name: "a", version: 2, environment: "p" }, "version: Invalid input: expected string, received number"],
    [{ name: "a", version: "1" }, "environment: Invalid input: expected string, received undefined"],
    [{ ...release, artifact: "sha256:1" }, "artifact: Invalid input: expected object, received string"],
    [{ ...release, artefact: {} }, 'Unrecognized key: "artefact"'],
    [
      { ...release, rollback: { possible: false } },
      "rollback.contacts: expected whom to call, as the release cannot be rolled back; got nobody",
    ],
    [
      { ...release, rollback: { possible: false, contacts: [] } },
      "rollback.contacts: expected whom to call, as the release cannot be rolled back; got nobody",
    ],
  ])("%j is refused", (wrong, why) => {
    expect(refusalOf(() => parseRelease(wrong))).toBe(`RUN_INPUT_INVALID: Invalid release: ${why}`);
  });

  test("is taken with all that can be said of it, spaces around removed", () => {
    const whole: Release = {
      ...release,
      artifact: { digest: "sha256:1", name: "orders" },
      requestedBy: "ada",
      contributors: ["ada", "bob"],
      rollback: { possible: false, how: "drops a column", contacts: ["ada"] },
    };
    expect(parseRelease({ ...whole, name: " orders " })).toEqual(whole);
  });
});

describe("isGateError", () => {
  test("knows an error of another copy of this package, and its code", () => {
    class OtherGateError extends Error {
      readonly code = "RECORD_INVALID";
      get [Symbol.for("release-gates/GateError")](): true {
        return true;
      }
    }
    expect(isGateError(new OtherGateError())).toBe(true);
    expect(isGateError(new OtherGateError(), "RECORD_INVALID")).toBe(true);
    expect(isGateError(new OtherGateError(), "CANCELLED")).toBe(false);
    expect(isGateError(new GateError("CANCELLED", "x", { reason: "x" }, { cause: 1 }), "CANCELLED")).toBe(true);
  });

  test.each([undefined, null, 1, "GateError", new Error("x"), { name: "GateError", code: "CANCELLED" }])(
    "knows that %s is none",
    (other) => {
      expect(isGateError(other)).toBe(false);
    },
  );
});
