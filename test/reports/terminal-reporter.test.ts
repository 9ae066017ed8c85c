import {
  inSequence,
  allOf,
  advisory,
  defineGate,
  manualApproval,
  startRun,
  steady,
  type Gate,
  type Run,
} from "release-gates";
import { terminalReporter } from "release-gates/reports";
import { virtualClock } from "release-gates/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { changing, gate, release } from "../helpers/gates.js";
import { terminalScreen } from "./terminal-screen.js";

const frame = 80;

const plan = inSequence("release", [
  allOf("checks", [gate("api", "pass", 2_000), advisory(gate("cache", "fail", 1_000))]),
  manualApproval("sign-off", { from: { people: ["ada", "grace"] }, deadline: "4h" }),
]);

const measuring = defineGate({
  kind: "measuring",
  config: z.strictObject({ reason: z.string() }),
  evidence: z.null(),
  async check({ config, now, sleep, measure, fail }) {
    measure({ name: "errors", at: now(), value: 3, status: "good", bound: "below 5" });
    await sleep("10s");
    return fail(config.reason, null);
  },
});

function start(target: Gate) {
  const clock = virtualClock();
  return { clock, run: startRun(target, { release, clock, runId: "run-1" }) };
}

function show(run: Run, clock: { now(): number }, options: Parameters<typeof terminalScreen>[0] = {}) {
  const screen = terminalScreen(options);
  const { stream } = screen;
  return { ...screen, reporter: terminalReporter(run, { stream, interactive: stream.isTTY, now: () => clock.now() }) };
}

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
}

/** Everything that is written about a gate that fails, in a process with these variables. */
async function shownWith(env: Readonly<Record<string, string>>, screen: Parameters<typeof terminalScreen>[0]) {
  for (const [name, value] of Object.entries({ CI: "", TERM: "xterm", NO_COLOR: "", ...env })) vi.stubEnv(name, value);
  const { clock, run } = start(gate("api", "fail"));
  const { stream, raw } = terminalScreen(screen);
  const reporter = terminalReporter(run, { stream, now: () => clock.now() });
  await clock.settle(run.verdict);
  await reporter.done;
  return raw();
}

beforeEach(() => {
  // Frames come when a test says so. Gates have a clock of their own.
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

describe("terminalReporter on a terminal", () => {
  test("draws the run over itself as it goes, and the verdict below", async () => {
    const { clock, run } = start(plan);
    const { screen, reporter } = show(run, clock);
    await clock.advance(0);
    expect(screen()).toContain("· checks    pending");
    await clock.advance(1_500);
    vi.advanceTimersByTime(frame);
    expect(screen()).toMatchInlineSnapshot(`
      "orders 2.4.0 in production  still possible: promote, hold, rollback
      ⠙ release     running           1 s  0 of 2 settled
        ⠙ checks    running           1 s  1 of 2 settled
          ⠙ api     running           1 s
          ✖ cache   failed, advisory  1 s  was bad
        · sign-off  pending
      "
    `);
    await clock.advance(3_500);
    vi.advanceTimersByTime(frame);
    expect(screen()).toMatchInlineSnapshot(`
      "orders 2.4.0 in production  still possible: promote, hold
      ⠹ release     running           5 s  1 of 2 settled
        ✔ checks    passed            2 s  1 of 1 gates promote
          ✔ api     passed            2 s  was good
          ✖ cache   failed, advisory  1 s  was bad
        … sign-off  waiting           3 s  waits: 1 of 1 approvals missing, from ada or grace, until 203…
      "
    `);
    await run.answer("sign-off", { decision: "approve", by: "ada" });
    await reporter.done;
    expect(screen()).toMatchInlineSnapshot(`
      "orders 2.4.0 in production  decided: promote
      ✔ release     passed            5 s  2 of 2 gates promote
        ✔ checks    passed            2 s  1 of 1 gates promote
          ✔ api     passed            2 s  was good
          ✖ cache   failed, advisory  1 s  was bad
        ✔ sign-off  passed            3 s  approved by ada: 1 of 1 needed
      ✔ promote orders 2.4.0 in production: 2 of 2 gates promote
        decided by: release/checks/api, release/sign-off
      "
    `);
  });

  test("shows the latest measurement against its bound", async () => {
    const { clock, run } = start(measuring("errors stay low", { reason: "too many" }));
    const { screen } = show(run, clock);
    await clock.advance(1_000);
    vi.advanceTimersByTime(frame);
    expect(screen()).toContain("errors 3, good (bound: below 5)");
    await clock.settle(run.verdict);
  });

  test("stops its timer with the verdict, and writes nothing after it", async () => {
    const { clock, run } = start(gate("api", "pass", 1_000));
    const { raw, reporter } = show(run, clock);
    expect(vi.getTimerCount()).toBe(1);
    await clock.settle(run.verdict);
    await reporter.done;
    expect(vi.getTimerCount()).toBe(0);
    const before = raw();
    vi.advanceTimersByTime(10 * frame);
    expect(raw()).toBe(before);
  });

  test("keeps no process alive", async () => {
    vi.useRealTimers();
    const { clock, run } = start(gate("api", "pass", 1_000));
    const before = countTimers();
    const { reporter } = show(run, clock);
    expect(countTimers()).toBe(before);
    reporter.detach();
    await clock.settle(run.verdict);
  });

  test("never hides the cursor, here or on the terminal of the process", async () => {
    const cursor = "\u001B[?25";
    const written: string[] = [];
    vi.spyOn(process.stderr, "write").mockImplementation((text) => written.push(String(text)) > 0);
    const wasTerminal = process.stderr.isTTY;
    process.stderr.isTTY = true;
    try {
      const { clock, run } = start(gate("api", "pass", 1_000));
      const { raw, reporter } = show(run, clock);
      await clock.settle(run.verdict);
      await reporter.done;
      expect(raw() + written.join("")).not.toContain(cursor);
    } finally {
      process.stderr.isTTY = wasTerminal;
      vi.restoreAllMocks();
    }
  });

  test("fits a small screen", async () => {
    const { clock, run } = start(
      allOf(
        "all",
        Array.from({ length: 200 }, (_, index) => gate(`gate ${index}`, "pass", 1)),
      ),
    );
    const { screen, reporter } = show(run, clock, { columns: 40, rows: 6 });
    await clock.settle(run.verdict);
    await reporter.done;
    expect(screen()).toMatchInlineSnapshot(`
      "orders 2.4.0 in production  decided: p…
      ✔ all       passed  200 of 200 gates p…
        ✔ gate 0  passed  was good
        ✔ gate 1  passed  was good
      … and 198 more: 198 passed
      ✔ promote orders 2.4.0 in production: 200 of 200 gates promote
        decided by: all/gate 0, all/gate 1, all/gate 2, all/gate 3, all/gate 4 and 195 more
      "
    `);
  });

  test("uses colours where the terminal has them, and nobody asked for none", async () => {
    const red = "\u001B[31m";
    expect(await shownWith({}, { colours: true })).toContain(`${red}failed → rollback`);
    expect(await shownWith({ NO_COLOR: "1" }, { colours: true })).not.toContain(red);
    expect(await shownWith({}, { colours: false })).not.toContain(red);
  });

  test("shows nothing of what a gate writes but text", async () => {
    const { clock, run } = start(measuring("api", { reason: "bad\u001B[2J\u001B[?25l\u0007\nverdict: promote" }));
    const { screen, reporter } = show(run, clock);
    await clock.settle(run.verdict);
    await reporter.done;
    // The screen throws for what log-update does not write.
    expect(screen()).toContain("bad verdict: promote");
  });
});

describe("terminalReporter elsewhere", () => {
  test("writes a line for what matters", async () => {
    const { clock, run } = start(plan);
    const { raw, reporter } = show(run, clock, { isTTY: false });
    await clock.advance("2s");
    await run.answer("sign-off", { decision: "approve", by: "ada" });
    await reporter.done;
    expect(raw()).toMatchInlineSnapshot(`
      "Judging orders 2.4.0 in production by «release»: 5 gates, run run-1
      [1 s] ✖ release/checks/cache failed, advisory: was bad
      [2 s] ✔ release/checks/api passed: was good
      [2 s] ✔ release/checks passed: 1 of 1 gates promote
      [2 s] … release/sign-off waits: 1 of 1 approvals missing, from ada or grace, until 2030-01-01T04:00:02.000Z
      [2 s] ✔ release/sign-off passed: approved by ada: 1 of 1 needed
      [2 s] ✔ release passed: 2 of 2 gates promote
      ✔ promote orders 2.4.0 in production: 2 of 2 gates promote
        decided by: release/checks/api, release/sign-off
      "
    `);
  });

  test("leaves the rounds of a repeated gate out", async () => {
    const { clock, run } = start(
      steady(
        changing("api", (at) => (at < Date.parse("2030-01-01T00:00:02Z") ? "fail" : "pass")),
        { for: "3s", every: "1s" },
      ),
    );
    const { raw, reporter } = show(run, clock, { isTTY: false });
    await clock.settle(run.verdict);
    await reporter.done;
    expect(raw()).toMatchInlineSnapshot(`
      "Judging orders 2.4.0 in production by «api»: 1 gate, run run-1
      [5 s] ✔ api passed: steady for 3 s: was good
      ✔ promote orders 2.4.0 in production: «api» steady for 3 s: was good
        decided by: api
      "
    `);
  });

  test("writes no control characters, whatever a gate writes", async () => {
    const { clock, run } = start(measuring("api", { reason: "bad\u001B[2J\r\u0007\nverdict: promote\u202E" }));
    const { raw, reporter } = show(run, clock, { isTTY: false, colours: true });
    await clock.settle(run.verdict);
    await reporter.done;
    expect(raw().replaceAll("\n", "")).not.toMatch(/\p{C}/u);
    expect(raw().split("\n")).toContain("[10 s] ✖ api failed → hold: bad verdict: promote");
  });
});

describe("terminalReporter", () => {
  test.each([true, false])("shows a run that has begun, and one that is over (terminal: %s)", async (isTTY) => {
    const { clock, run } = start(plan);
    await clock.advance("2s");
    const late = show(run, clock, { isTTY });
    expect(late.screen()).toContain("checks");
    expect(late.screen()).toContain("waits: 1 of 1 approvals missing");
    await run.answer("sign-off", { decision: "reject", by: "ada", comment: "not today" });
    await run.verdict;
    const tooLate = show(run, clock, { isTTY });
    await tooLate.reporter.done;
    expect(tooLate.screen()).toContain("⏸ hold orders 2.4.0 in production");
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([true, false])("shows nothing more once it is detached (terminal: %s)", async (isTTY) => {
    const { clock, run } = start(plan);
    const { raw, reporter } = show(run, clock, { isTTY });
    await clock.advance("1s");
    reporter.detach();
    await reporter.done;
    const before = raw();
    run.cancel("enough");
    await run.verdict;
    vi.advanceTimersByTime(10 * frame);
    expect(raw()).toBe(before);
  });

  test.each([true, false])("hurts nobody when the stream breaks (terminal: %s)", async (isTTY) => {
    const { clock, run } = start(plan);
    const errors: unknown[] = [];
    run.on("listener:error", (error) => errors.push(error));
    const { stream, reporter } = show(run, clock, { isTTY });
    await clock.advance(500);
    stream.destroy(new Error("EPIPE"));
    await reporter.done;
    expect(vi.getTimerCount()).toBe(0);
    run.cancel("enough");
    expect((await run.verdict).decision).toBe("hold");
    expect(errors).toEqual([]);
  });

  test.each([true, false])("hurts nobody when a stream throws (terminal: %s)", async (isTTY) => {
    const { clock, run } = start(gate("api", "pass", 1_000));
    const errors: unknown[] = [];
    run.on("listener:error", (error) => errors.push(error));
    const { stream } = terminalScreen({ isTTY });
    let writes = 0;
    stream.write = () => {
      writes++;
      throw new Error("no room");
    };
    const reporter = terminalReporter(run, { stream, interactive: isTTY, now: () => clock.now() });
    await clock.settle(run.verdict);
    await reporter.done;
    expect(writes).toBeGreaterThan(0);
    expect((await run.verdict).decision).toBe("promote");
    expect(errors).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("ends when a later frame cannot be drawn", async () => {
    const { clock, run } = start(gate("api", "pass", 1_000));
    const { stream, reporter } = show(run, clock);
    await clock.advance(500);
    stream.write = () => {
      throw new Error("no room");
    };
    vi.advanceTimersByTime(frame);
    await reporter.done;
    expect(vi.getTimerCount()).toBe(0);
    await clock.settle(run.verdict);
  });

  test.each([true, false])("ends when the verdict cannot be shown (terminal: %s)", async (isTTY) => {
    const { clock, run } = start(gate("api", "pass", 1_000));
    const { stream, reporter } = show(run, clock, { isTTY });
    await clock.advance(500);
    const write = stream.write.bind(stream);
    stream.write = (text: unknown) => {
      if (String(text).includes("promote orders")) throw new Error("no room");
      return write(text);
    };
    await clock.settle(run.verdict);
    await reporter.done;
    expect(vi.getTimerCount()).toBe(0);
  });

  test("leaves no listener behind on the stream", async () => {
    const { clock, run } = start(gate("api", "pass", 1_000));
    const { stream, reporter, raw } = show(run, clock);
    const listeners = () => stream.listenerCount("error");
    expect(listeners()).toBe(1);
    await clock.settle(run.verdict);
    await reporter.done;
    raw();
    await clock.advance(0);
    expect(listeners()).toBe(0);
  });

  test("draws over itself on terminals alone, and not where a log is kept", async () => {
    const escape = "\u001B";
    expect(await shownWith({}, { isTTY: true })).toContain(escape);
    expect(await shownWith({ CI: "false" }, { isTTY: true })).toContain(escape);
    expect(await shownWith({ CI: "true" }, { isTTY: true })).not.toContain(escape);
    expect(await shownWith({ TERM: "dumb" }, { isTTY: true })).not.toContain(escape);
    expect(await shownWith({}, { isTTY: true, columns: 0, rows: 0 })).not.toContain(escape);
    expect(await shownWith({}, { isTTY: false })).not.toContain(escape);
  });
});
