import { seriesHistory, type HistoricReading, type SeriesPoint } from "release-gates/backtest";
import { prometheus, type MetricSource } from "release-gates/metrics";
import { describe, expect, test } from "vitest";
import { release } from "../helpers/gates.js";
import { refusalOf } from "../helpers/refusal.js";
import { begun, minute, untouchable } from "./past.js";

async function ask(
  series: Readonly<Record<string, readonly SeriesPoint[]>>,
  at: number,
  { sources = [untouchable("errors")], maxAge = "1m" as const } = {},
): Promise<HistoricReading | undefined> {
  const open = seriesHistory(series, { maxAge }).open({ release, from: begun });
  const readers = sources.map((source: MetricSource) => open.reader?.(source));
  return readers[0]?.({ at, signal: new AbortController().signal });
}

const points: readonly SeriesPoint[] = [
  { at: minute(4), value: 4 },
  { at: minute(1), value: 1, traffic: 10 },
  { at: minute(2), value: null },
  { at: minute(3), value: Number.NaN },
  { at: minute(9), value: Number.POSITIVE_INFINITY },
];

describe("seriesHistory", () => {
  test.each([
    ["before its first point is unknown", -1, { kind: "unknown", detail: expect.stringContaining("begins later") }],
    ["at a point says its value and traffic", 0, { kind: "value", value: 1, traffic: 10 }],
    ["holds a point for maxAge", 59_999, { kind: "value", value: 1, traffic: 10 }],
    ["takes the latest point", 60_000, { kind: "no-data", detail: "the point of 2026-10-05T14:02:00.000Z is null" }],
    ["keeps NaN apart", 120_000, { kind: "nan", detail: "the point of 2026-10-05T14:03:00.000Z is NaN" }],
    ["sorts its points", 180_000, { kind: "value", value: 4 }],
    ["holds a point until it is as old as maxAge", 240_000, { kind: "value", value: 4 }],
    ["does not know of a gap", 240_001, { kind: "unknown", detail: "no point since 2026-10-05T14:04:00.000Z" }],
    ["knows infinity", 480_000, { kind: "value", value: Number.POSITIVE_INFINITY }],
    ["is unknown after its end", 540_001, { kind: "unknown", detail: expect.stringContaining("ends before") }],
  ])("%s", async (_, afterFirstMs, reading) => {
    expect(await ask({ errors: points }, minute(1) + afterFirstMs)).toEqual(reading);
  });

  test("has no data in a gap, where an export leaves out what has none; before and after it still does not know", async () => {
    const open = seriesHistory({ errors: points }, { gaps: "no-data" }).open({ release, from: begun });
    const reader = open.reader?.(untouchable("errors"));
    const kinds = [0, 1, 6, 10.5].map((at) => reader?.({ at: minute(at), signal: new AbortController().signal }));
    expect(kinds.map((reading) => (reading as HistoricReading).kind)).toEqual([
      "unknown",
      "value",
      "no-data",
      "unknown",
    ]);
  });

  test("takes times in every form that has one meaning", async () => {
    const forms = [minute(1), new Date(minute(2)), "2026-10-05T14:03:00Z", "2026-10-05T16:04:00+02:00"];
    const series = { errors: forms.map((at, index) => ({ at, value: index })) };
    for (const index of forms.keys()) {
      expect(await ask(series, minute(index + 1))).toEqual({ kind: "value", value: index });
    }
  });

  test("knows a source by its query before its name, as one server answers many", async () => {
    const source = prometheus({ url: "http://prom.internal:9090", query: "up" });
    const one = [{ at: minute(1), value: 1 }];
    const two = [{ at: minute(1), value: 2 }];
    expect(await ask({ up: one, [source.name]: two }, minute(1), { sources: [source] })).toMatchObject({ value: 1 });
    expect(await ask({ [source.name]: two }, minute(1), { sources: [source] })).toMatchObject({ value: 2 });
    expect(await ask({ down: one }, minute(1), { sources: [source] })).toBeUndefined();
  });

  test("answers for no source where several different ones have the name", async () => {
    const sources = ["up", "down"].map((query) => prometheus({ url: "http://prom.internal:9090", query }));
    const name = sources[0]?.name ?? "";
    expect(await ask({ [name]: points }, minute(1), { sources })).toEqual({
      kind: "unknown",
      detail: `2 different sources are called "${name}", and one series cannot be all of them`,
    });
  });

  test("takes the same point twice, as overlapping exports hold it", async () => {
    const twice = [...points, ...points];
    expect(await ask({ errors: twice }, minute(3))).toMatchObject({ kind: "nan" });
    expect(await ask({ errors: twice }, minute(1))).toMatchObject({ value: 1 });
  });

  test.each([
    [
      "two values at one time",
      [points[0], { ...points[0], value: 5 }],
      "two values at 2026-10-05T14:04:00.000Z: 4 and 5",
    ],
    ["seconds", [{ at: begun / 1_000, value: 1 }], "point 1: at: expected milliseconds since the epoch"],
    ["a time without a zone", [points[0], { at: "2026-10-05T14:03:00", value: 1 }], "point 2: at: expected ISO 8601"],
    ["a day that is none", [{ at: "2026-02-30T14:03:00Z", value: 1 }], "point 1: at: expected ISO 8601 with a zone"],
    ["no time", [{ value: 1 }], "point 1: at: expected a time, got undefined"],
    ["an invalid date", [{ at: new Date("never"), value: 1 }], "point 1: at: expected a time, got NaN"],
    ["no value", [{ at: begun }], "point 1: value: expected a number or null, got undefined"],
    ["a text", [{ at: begun, value: "1" }], "point 1: value: expected a number or null, got string"],
    ["negative traffic", [{ at: begun, value: 1, traffic: -1 }], "point 1: traffic: expected a number from 0"],
    ["a point that is none", [null], "point 1: expected { at, value }"],
    ["no points", [], "expected at least one point, got none"],
    ["no list", "1,2,3", "expected a list of points"],
  ])("refuses %s", (_, wrong, message) => {
    const refusal = refusalOf(() => seriesHistory({ errors: wrong as SeriesPoint[] }));
    expect(refusal).toContain('RUN_INPUT_INVALID: Invalid series for the backtest: series "errors": ');
    expect(refusal).toContain(message);
  });

  test("refuses a maxAge that is no duration", () => {
    expect(refusalOf(() => seriesHistory({ errors: points }, { maxAge: "soon" as never }))).toContain(
      "maxAge: expected",
    );
  });
});
