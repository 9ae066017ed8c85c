import * as fc from "fast-check";
import type { ReleaseWindow } from "release-gates";
import { expect, test } from "vitest";
import { closingOf, nextOpening, releaseWindowSchema } from "../../../src/gates/manual-approval/release-window.js";
import { propertyRuns } from "../../helpers/runs.js";
import { openSpans, wallAt, type Span } from "./wall-clock.js";

const day = 86_400_000;
const quarter = 15 * 60_000;

// Of each zone, years in which its clock does something of its own.
const zones: readonly (readonly [zone: string, from: string, to: string])[] = [
  ["Europe/Vienna", "2024", "2031"],
  ["Europe/Dublin", "2024", "2031"],
  // By half an hour.
  ["Australia/Lord_Howe", "2024", "2031"],
  // The year 2011 has no 30 December there.
  ["Pacific/Apia", "2010", "2013"],
  // For Ramadan clocks are set back.
  ["Africa/Casablanca", "2024", "2031"],
  // Midnight is left out.
  ["Africa/Cairo", "2024", "2031"],
  ["America/Santiago", "2024", "2031"],
  ["Asia/Beirut", "2024", "2031"],
  // Midnight comes twice.
  ["America/Havana", "2024", "2031"],
  // By two hours.
  ["Antarctica/Troll", "2024", "2031"],
  // From UTC+8:30 back to UTC+9, by half an hour and for good.
  ["Asia/Pyongyang", "2015", "2019"],
  ["Asia/Kathmandu", "2024", "2031"],
  ["UTC", "2024", "2031"],
  // Five hours behind UTC, whatever the sign says.
  ["Etc/GMT+5", "2024", "2031"],
];

/** The days on which a zone's clock is changed. */
function changesOf([zone, from, to]: (typeof zones)[number]): readonly number[] {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  const days = Array.from({ length: (last - first) / day }, (_, index) => first + index * day);
  const offset = (at: number) => wallAt(zone, at) - at;
  const changes = days.filter((at) => offset(at) !== offset(at + day));
  return changes.length > 0 ? changes : [first + day];
}

const twoDigits = (value: number) => String(value).padStart(2, "0");
const time = fc
  .oneof(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 0, max: 95 }))
  .map((quarters) => `${twoDigits(Math.floor(quarters / 4))}:${twoDigits((quarters % 4) * 15)}`);
const hours = fc.record({
  days: fc.subarray(["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const, { minLength: 1 }),
  from: time,
  to: time,
});

const cases = fc.constantFrom(...zones.map((one) => [one[0], changesOf(one)] as const)).chain(([zone, changes]) =>
  fc.constantFrom(...changes).chain((change) => {
    const dateTime = fc
      .tuple(fc.integer({ min: -3, max: 6 }), time)
      .map(([days, at]) => `${new Date(change + days * day).toISOString().slice(0, 10)}T${at}`);
    const freeze = fc
      .tuple(dateTime, dateTime)
      .filter(([from, to]) => from !== to)
      .map(([from, to]) => ({ from: from < to ? from : to, to: from < to ? to : from, why: "peak season" }));
    const window: fc.Arbitrary<ReleaseWindow> = fc.record({
      zone: fc.constant(zone),
      open: fc.array(hours, { minLength: 1, maxLength: 3 }),
      freezes: fc.array(freeze, { maxLength: 2 }),
    });
    return fc.tuple(
      window,
      fc.integer({ min: -4 * 96, max: 96 }).map((quarters) => change + quarters * quarter),
    );
  }),
);

test("windows are open when a table of what the clock on the wall shows says so, on every day that a clock is changed", () => {
  fc.assert(
    fc.property(cases, ([window, from]) => {
      const to = from + 9 * day;
      expect(spansOf(window, { from, to })).toEqual(openSpans(window, { from, to }));
    }),
    propertyRuns(200),
  );
});

test("no window of hours stays closed for more than two weeks, whatever its zone does to its clock", () => {
  fc.assert(
    fc.property(cases, ([{ freezes: _none, ...window }, from]) => {
      const opensAt = nextOpening(releaseWindowSchema.parse(window), from, from + 400 * day);
      expect((opensAt ?? Number.NaN) - from).toBeLessThanOrEqual(14 * day);
    }),
    propertyRuns(500),
  );
});

function spansOf(window: ReleaseWindow, { from, to }: Span): readonly Span[] {
  const parsed = releaseWindowSchema.parse(window);
  const spans: Span[] = [];
  for (let at: number | undefined = from; ;) {
    const opensAt = nextOpening(parsed, at, to);
    if (opensAt === undefined) return spans;
    at = Math.min(closingOf(parsed, opensAt) ?? to, to);
    spans.push({ from: opensAt, to: at });
  }
}
