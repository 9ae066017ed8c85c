import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../docs/code-fences.js";

/** What each folder must not import, and one import that it may; the lint is wrong if it stays silent or speaks at both. */
const places = [
  { at: "decision/a.ts", never: ["../gate/gate.js", "zod", "node:fs"], may: "./range.js" },
  { at: "statistics/a.ts", never: ["../decision/decision.js", "zod", "node:fs"], may: "./sequential-test.js" },
  { at: "gate/a.ts", never: ["../compose/all-of.js", "../run/run.js", "p-retry"], may: "../decision/decision.js" },
  { at: "compose/a.ts", never: ["../gates/x/y.js", "../run/run.js"], may: "../gate/gate.js" },
  { at: "gates/a/b.ts", never: ["../../run/run.js", "../../compose/all-of.js", "../../metrics/index.js"], may: "zod" },
  { at: "gates/a/c.ts", never: ["../../statistics/count-test.js"], may: "../../decision/decision.js" },
  {
    at: "gates/metric-comparison/a.ts",
    never: ["../../run/run.js", "../../metrics/index.js", "p-retry"],
    may: "../../statistics/count-test.js",
  },
  { at: "run/a.ts", never: ["../compose/all-of.js", "../gates/x/y.js", "../stores/index.js"], may: "../gate/gate.js" },
  { at: "run/b.ts", never: ["p-retry", "p-limit", "eventemitter3", "log-update"], may: "./run.js" },
  { at: "run/host/a.ts", never: ["../record/run-state.js", "../run.js", "../../compose/all-of.js"], may: "./clock.js" },
  { at: "run/overrides/a.ts", never: ["../record/run-state.js", "../verdict/verdict.js"], may: "../host/clock.js" },
  { at: "run/verdict/a.ts", never: ["../record/run-state.js", "../host/clock.js"], may: "../overrides/waiver.js" },
  { at: "run/record/a.ts", never: ["../inbox/inbox-key.js", "../live/run-log.js"], may: "../verdict/verdict.js" },
  {
    at: "run/inbox/a.ts",
    never: ["../steps/scope.js", "../live/run-scope.js", "../run.js"],
    may: "../live/run-log.js",
  },
  { at: "run/steps/a.ts", never: ["../nodes/gate-node.js", "../live/live-run.js"], may: "../live/run-scope.js" },
  { at: "run/nodes/a.ts", never: ["../live/live-run.js", "../run-options.js", "p-limit"], may: "../live/run-scope.js" },
  { at: "run/steps/do-step.ts", never: ["eventemitter3", "../gates/x/y.js"], may: "p-retry" },
  { at: "run/live/live-scope.ts", never: ["p-retry", "../gates/x/y.js"], may: "p-limit" },
  { at: "run/live/run-emitter.ts", never: ["p-retry", "../gates/x/y.js"], may: "eventemitter3" },
  {
    at: "metrics/a.ts",
    never: ["../databases/index.js", "../run/run.js", "../gates/metric-threshold/bound.js", "@aws-sdk/x"],
    may: "../gates/metric-threshold/metric-source.js",
  },
  {
    at: "databases/a.ts",
    never: ["../metrics/index.js", "../run/run.js", "../gates/read-only-query/decimal.js"],
    may: "../gates/read-only-query/read-only-database.js",
  },
  {
    at: "approvals/a.ts",
    never: ["../reports/index.js", "../run/steps/scope.js"],
    may: "../gates/manual-approval/vote.js",
  },
  {
    at: "approvals/web/a.ts",
    never: ["../../stores/index.js", "../../run/start-run.js", "../../gates/manual-approval/ballot.js", "d3-scale"],
    may: "../../reports/plot/plot-gate.js",
  },
  { at: "stores/a.ts", never: ["../reports/index.js", "../run/run.js", "pg"], may: "../run/record/record-store.js" },
  {
    at: "reports/a.ts",
    never: ["../stores/index.js", "../run/live/live-run.js", "p-limit", "d3-scale"],
    may: "../run/verdict/verdict.js",
  },
  { at: "reports/plot/scales.ts", never: ["../../run/live/live-run.js", "d3-shape", "p-limit"], may: "d3-scale" },
  { at: "reports/plot/paths.ts", never: ["../../stores/index.js", "d3-scale"], may: "d3-shape" },
  {
    at: "backtest/a.ts",
    never: [
      "../databases/index.js",
      "../gates/metric-threshold/bound.js",
      "../reports/to-markdown.js",
      "csv-parse/sync",
    ],
    may: "../run/start-run.js",
  },
  { at: "backtest/histories/csv-series.ts", never: ["../../reports/index.js", "p-limit"], may: "csv-parse/sync" },
  { at: "reports/b.ts", never: ["../backtest/index.js", "csv-parse/sync"], may: "../gate/gate.js" },
  { at: "testing/a.ts", never: ["../gates/x/y.js", "../stores/index.js"], may: "../run/start-run.js" },
  {
    at: "testing/b.ts",
    never: ["../gates/read-only-query/decimal.js", "../databases/index.js"],
    may: "../gates/read-only-query/read-only-database.js",
  },
] as const;

describe("the lint that holds the direction of imports", () => {
  const folder = mkdtempSync(join(tmpdir(), "release-gates-lint-"));
  const reported = new Map<string, readonly string[]>();

  beforeAll(() => {
    for (const { at, never, may } of places) {
      const file = join(folder, "src", at);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, [...never, may].map((from) => `export * from "${from}";\n`).join(""));
    }
    const lint = spawnSync(
      process.execPath,
      [join(root, "node_modules/oxlint/bin/oxlint"), "-c", join(root, ".ci/oxlint.json"), "--format", "json", "src"],
      { cwd: folder, encoding: "utf8" },
    );
    const { diagnostics } = JSON.parse(lint.stdout) as {
      diagnostics: readonly {
        filename: string;
        help?: string;
        message: string;
        labels: { span: { line: number } }[];
      }[];
    };
    for (const { filename, help, labels } of diagnostics) {
      if (!help?.endsWith("see docs/architecture.md.")) continue;
      const at = filename.replace(/^.*src\//, "");
      reported.set(at, [...(reported.get(at) ?? []), `line ${labels[0]?.span.line}`]);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(places)("src/$at is told of $never, not of $may", ({ at, never }) => {
    expect(reported.get(at)?.toSorted()).toEqual(never.map((_, index) => `line ${index + 1}`));
  });
});
