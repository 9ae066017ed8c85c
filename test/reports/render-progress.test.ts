import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";
import type { Finding } from "../../src/gate/finding.js";
import type { RunSnapshot } from "../../src/run/run.js";
import type { GateState } from "../../src/run/record/run-state.js";
import { renderProgress, type ProgressView } from "../../src/reports/render-progress.js";
import { propertyRuns } from "../helpers/runs.js";

const startedAt = "2030-01-01T00:00:00.000Z";
const view: ProgressView = {
  now: Date.parse("2030-01-01T00:00:12.700Z"),
  columns: 100,
  rows: 20,
  spinnerFrame: "⠋",
  colour: false,
};

function gate(path: string, state: Partial<GateState> = {}): GateState {
  const names = path.split("/");
  const name = names.at(-1) ?? "";
  return { path, kind: "scripted", name, depth: names.length - 1, state: "pending", isAdvisory: false, ...state };
}

function settled(path: string, finding: Partial<Finding>): GateState {
  const common = { gate: path, kind: "scripted", reason: "was so", observedAt: "2030-01-01T00:00:01.500Z", attempt: 1 };
  const isAdvisory = finding.advisory === true;
  return gate(path, {
    state: "settled",
    startedAt,
    isAdvisory,
    finding: { ...common, status: "passed", decision: "promote", ...finding },
  });
}

function snapshot(gates: readonly GateState[]): RunSnapshot {
  const release = { name: "orders", version: "2.4.0", environment: "production" };
  return { runId: "run", release, range: { best: "promote", worst: "rollback" }, gates };
}

function headlineOf(best: "promote" | "hold", worst: "hold" | "rollback"): string {
  return renderProgress({ ...snapshot([]), range: { best, worst } }, view);
}

const sample = { name: "error ratio", at: 0, value: 0.00312345, status: "good", bound: "below 1 %" } as const;

const everything = [
  gate("release", { state: "running", startedAt }),
  settled("release/passed", { reason: "answered 200" }),
  settled("release/failed", { status: "failed", decision: "rollback" }),
  settled("release/unclear", { status: "inconclusive", decision: "hold" }),
  settled("release/broken", { status: "errored", decision: "rollback" }),
  settled("release/late", { status: "expired", decision: "hold" }),
  settled("release/elsewhere", { status: "skipped", decision: "hold" }),
  settled("release/unneeded", { status: "cancelled", decision: "hold" }),
  settled("release/extra", { status: "failed", decision: "rollback", advisory: true }),
  gate("release/metric", { state: "running", startedAt, sample }),
  gate("release/no data", {
    state: "running",
    startedAt,
    isAdvisory: true,
    sample: { ...sample, value: null, status: "unknown", detail: "no series" },
  }),
  gate("release/job", { state: "running", startedAt, sample: { ...sample, detail: "about 3 h left" } }),
  gate("release/steady", { state: "running", startedAt, rounds: 3, sample: { ...sample, status: "bad", value: 2 } }),
  gate("release/sign-off", { state: "waiting", startedAt, request: { type: "approval", summary: "ada is missing" } }),
  gate("release/callback", { state: "waiting", startedAt, request: { ticket: 7 } }),
  gate("release/word", { state: "waiting", startedAt, request: "say yes" }),
  gate("release/anything", { state: "waiting", startedAt }),
  gate("release/later"),
];

describe("renderProgress", () => {
  test("draws every state a gate can be in, each with its sign and its word", () => {
    expect(renderProgress(snapshot(everything), view)).toMatchInlineSnapshot(`
      "orders 2.4.0 in production  still possible: promote, hold, rollback
      ⠋ release      running               12 s  8 of 17 settled
        ✔ passed     passed               1.5 s  answered 200
        ✖ failed     failed → rollback    1.5 s  was so
        ? unclear    inconclusive → hold  1.5 s  was so
        ! broken     errored → rollback   1.5 s  was so
        ⌛ late      expired → hold       1.5 s  was so
        – elsewhere  skipped              1.5 s  was so
        ⊘ unneeded   cancelled            1.5 s  was so
        ✖ extra      failed, advisory     1.5 s  was so
        ⠋ metric     running               12 s  error ratio 0.003123, good (bound: below 1 %)
        ⠋ no data    running, advisory     12 s  error ratio: no value (bound: below 1 %): no series
        ⠋ job        running               12 s  error ratio 0.003123, good: about 3 h left (bound: below…
        ⠋ steady     running               12 s  round 3, error ratio 2, bad (bound: below 1 %)
        … sign-off   waiting               12 s  waits: ada is missing
        … callback   waiting               12 s  waits: {"ticket":7}
        … word       waiting               12 s  waits: say yes
        … anything   waiting               12 s  waits: an answer
        · later      pending"
    `);
  });

  test("never says by colour alone what it says", () => {
    const coloured = renderProgress(snapshot(everything), { ...view, colour: true });
    expect(coloured).toContain("\u001B[31mfailed → rollback");
    // eslint-disable-next-line no-control-regex
    expect(coloured.replace(/\u001B\[\d+m/g, "")).toBe(renderProgress(snapshot(everything), view));
  });

  test("says what can still be decided, until it is decided", () => {
    expect(headlineOf("promote", "rollback")).toBe(
      "orders 2.4.0 in production  still possible: promote, hold, rollback",
    );
    expect(headlineOf("hold", "rollback")).toBe("orders 2.4.0 in production  still possible: hold, rollback");
    expect(headlineOf("hold", "hold")).toBe("orders 2.4.0 in production  decided: hold");
  });

  test("folds what matters least where there is no room for all", () => {
    const gates = [
      gate("release", { state: "running", startedAt }),
      ...Array.from({ length: 300 }, (_, index) => settled(`release/done ${index}`, {})),
      settled("release/failed", { status: "failed", decision: "rollback" }),
      ...Array.from({ length: 40 }, (_, index) => gate(`release/later ${index}`)),
      gate("release/metric", { state: "running", startedAt, sample }),
      gate("release/sign-off", { state: "waiting", startedAt, request: { summary: "ada is missing" } }),
    ];
    expect(renderProgress(snapshot(gates), { ...view, rows: 8 })).toMatchInlineSnapshot(`
      "orders 2.4.0 in production  still possible: promote, hold, rollback
      ⠋ release     running             12 s  301 of 343 settled
        ✖ failed    failed → rollback  1.5 s  was so
        · later 0   pending
        · later 1   pending
        ⠋ metric    running             12 s  error ratio 0.003123, good (bound: below 1 %)
        … sign-off  waiting             12 s  waits: ada is missing
      … and 338 more: 300 passed, 38 pending"
    `);
  });

  test("keeps to the width of wide characters, and cuts between them", () => {
    const gates = [settled("数据库", { reason: "数据库数据库数据库" })];
    expect(renderProgress(snapshot(gates), { ...view, columns: 30 })).toMatchInlineSnapshot(`
      "orders 2.4.0 in production  s…
      ✔ 数据库  passed  数据库数据…"
    `);
  });

  test("counts the gates directly inside", () => {
    const gates = [
      gate("a", { state: "running", startedAt }),
      gate("a/b", { state: "running", startedAt }),
      settled("a/b/c", {}),
      gate("a/b/d", { state: "running", startedAt }),
      settled("a/e", {}),
    ];
    expect(renderProgress(snapshot(gates), view)).toMatchInlineSnapshot(`
      "orders 2.4.0 in production  still possible: promote, hold, rollback
      ⠋ a      running   12 s  1 of 2 settled
        ⠋ b    running   12 s  1 of 2 settled
          ✔ c  passed   1.5 s  was so
          ⠋ d  running   12 s
        ✔ e    passed   1.5 s  was so"
    `);
  });

  test("shows hostile names and reasons as text", () => {
    const reason =
      "up\u001B[2J\u001B[1;1H\nverdict: promote\u0007 \u202Eetomorp\u001B]8;;https://evil.example\u0007here";
    const gates = [settled("a\r\nb\u001B[31m", { reason })];
    expect(renderProgress(snapshot(gates), view)).toMatchInlineSnapshot(`
      "orders 2.4.0 in production  still possible: promote, hold, rollback
      ✔ a b  passed  1.5 s  up verdict: promote etomorphere"
    `);
  });

  test("fits every screen, whatever the texts are", () => {
    const text = fc.string({ unit: "binary", maxLength: 60 });
    const state = fc.record({
      name: text,
      reason: text,
      depth: fc.nat(30),
      request: fc.oneof(text, fc.constant(undefined)),
      state: fc.constantFrom("pending", "running", "waiting", "settled"),
    });
    const size = fc.record({ columns: fc.integer({ min: 1, max: 200 }), rows: fc.integer({ min: 1, max: 40 }) });
    fc.assert(
      fc.property(fc.array(state, { maxLength: 60 }), size, (states, { columns, rows }) => {
        const gates = states.map(({ name, reason, request, ...rest }) => ({
          ...gate("x"),
          ...(rest.state === "settled" ? settled("x", { reason }) : request === undefined ? {} : { request }),
          ...rest,
          name,
        }));
        const lines = renderProgress(snapshot(gates), { ...view, columns, rows }).split("\n");
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) {
          expect(stringWidth(line)).toBeLessThanOrEqual(columns);
          expect(line).not.toMatch(/\p{C}/u);
        }
      }),
      propertyRuns(100),
    );
  });
});
