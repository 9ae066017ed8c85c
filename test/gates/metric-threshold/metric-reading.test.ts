import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readRecorded, recordReading } from "../../../src/gates/metric-threshold/metric-reading.js";
import type { MetricReading } from "../../../src/metrics/index.js";
import { propertyRuns } from "../../helpers/runs.js";
import { scripted } from "./scripted-source.js";

const source = scripted([0]);

describe("recordReading and readRecorded", () => {
  test("keep every reading through JSON", () => {
    const notes = fc.record(
      {
        traffic: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
        warnings: fc.array(fc.string()),
        window: fc.record({ from: fc.integer({ max: 0 }), to: fc.integer({ min: 1 }) }),
        resets: fc.nat(),
      },
      { requiredKeys: [] },
    );
    const kinds = fc.oneof(
      fc.record({ kind: fc.constant("value"), value: fc.double({ noNaN: true }) }),
      fc.record({ kind: fc.constantFrom("no-data", "nan"), detail: fc.string() }),
      fc.record({
        kind: fc.constant("totals"),
        totals: fc.dictionary(fc.string(), fc.integer(), { noNullPrototype: true }),
      }),
      fc.record({
        kind: fc.constant("samples"),
        values: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })),
      }),
    );
    fc.assert(
      fc.property(kinds, notes, (kind, note) => {
        // 0 and -0 are one number here.
        const reading = JSON.parse(JSON.stringify({ ...kind, ...note }), (_, field: unknown) => field) as MetricReading;
        if (kind.kind === "value") Object.assign(reading, { value: (kind as { value: number }).value + 0 });
        const recorded = JSON.parse(JSON.stringify(recordReading(source, reading))) as ReturnType<typeof recordReading>;
        expect(readRecorded(recorded)).toEqual(reading);
      }),
      propertyRuns(2_000),
    );
  });

  test("a value that is NaN becomes NaN, and no value", () => {
    const reading = { kind: "value", value: Number.NaN, traffic: 3 };
    expect(recordReading(source, reading)).toEqual({ kind: "nan", detail: "the value is NaN", traffic: 3 });
  });

  test.each([
    [undefined],
    [12],
    [{}],
    [{ kind: "value" }],
    [{ kind: "value", value: "12" }],
    [{ kind: "no-data" }],
    [{ kind: "value", value: 1, traffic: -1 }],
    [{ kind: "value", value: 1, traffic: Number.NaN }],
    [{ kind: "totals", totals: [1] }],
    [{ kind: "samples", values: [1, Number.NaN] }],
    [{ kind: "samples", values: Array.from({ length: 10_001 }, () => 1) }],
    [{ kind: "value", value: 1, window: { from: 2, to: 2 } }],
    [{ kind: "value", value: 1, resets: -1 }],
  ])("%j is no reading", (reading) => {
    expect(() => recordReading(source, reading)).toThrow(/^the script returned something that is no reading: /);
  });
});
