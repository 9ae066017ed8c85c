import * as fc from "fast-check";
import { manualApproval, replay, startRun, type ReleaseWindow } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { closingOf, nextOpening, releaseWindowSchema } from "../../../src/gates/manual-approval/release-window.js";
import { propertyRuns } from "../../helpers/runs.js";
import { release } from "../../helpers/gates.js";

const year = 366 * 86_400_000;

function opening(window: ReleaseWindow, from: string): string | undefined {
  const at = nextOpening(releaseWindowSchema.parse(window), Date.parse(from), Date.parse(from) + year);
  return at === undefined ? undefined : new Date(at).toISOString();
}

const office = { days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", to: "17:00" } as const;

describe("a release window", () => {
  test.each([
    ["is open in its hours", [office], "2030-01-02T10:00:00Z", "2030-01-02T10:00:00.000Z"],
    ["opens in the morning", [office], "2030-01-02T05:00:00Z", "2030-01-02T08:00:00.000Z"],
    ["ends with its last minute", [office], "2030-01-02T16:00:00Z", "2030-01-03T08:00:00.000Z"],
    ["is closed over the weekend", [office], "2030-01-04T16:00:00Z", "2030-01-07T08:00:00.000Z"],
    [
      "is open where one of several is",
      [office, { days: ["sat"], from: "10:00", to: "11:00" }],
      "2030-01-04T17:00:00Z",
      "2030-01-05T09:00:00.000Z",
    ],
    [
      "goes over midnight",
      [{ days: ["fri"], from: "22:00", to: "04:00" }],
      "2030-01-05T02:30:00Z",
      "2030-01-05T02:30:00.000Z",
    ],
    [
      "goes over midnight, and ends",
      [{ days: ["fri"], from: "22:00", to: "04:00" }],
      "2030-01-05T03:00:00Z",
      "2030-01-11T21:00:00.000Z",
    ],
    ["keeps its wall time in summer", [office], "2030-07-01T05:00:00Z", "2030-07-01T07:00:00.000Z"],
    // Clocks go from 02:00 to 03:00 on 31 March 2030, and from 03:00 back to 02:00 on 27 October 2030.
    [
      "begins after the hour that is left out",
      [{ from: "02:30", to: "04:00" }],
      "2030-03-31T00:00:00Z",
      "2030-03-31T01:30:00.000Z",
    ],
    [
      "does not open in an hour that is left out",
      [{ from: "02:00", to: "02:01" }],
      "2030-03-31T00:30:00Z",
      "2030-04-01T00:00:00.000Z",
    ],
    [
      "is open in both hours that come twice",
      [{ from: "02:00", to: "03:00" }],
      "2030-10-27T01:30:00Z",
      "2030-10-27T01:30:00.000Z",
    ],
  ] as const)("%s", (_, open, from, expected) => {
    expect(opening({ zone: "Europe/Vienna", open }, from)).toBe(expected);
  });

  // Of each zone, the day on which a part of an hour is left out, and that on which one comes twice.
  test.each([
    ["Europe/Berlin", "2030-03-31T02:30", "00:30", "01:30", "2030-10-27T02:30", "00:30", "01:30"],
    ["America/New_York", "2030-03-10T02:30", "06:30", "07:30", "2030-11-03T01:30", "05:30", "06:30"],
    // By half an hour only.
    ["Australia/Lord_Howe", "2030-10-06T02:15", "15:15", "15:45", "2030-04-07T01:45", "14:45", "15:15"],
  ])(
    "in %s ends its hours, and begins a freeze, at the earlier reading of a time, and ends a freeze at the later",
    (zone, ...times) => {
      const [gap, early, late, twice, first, second] = times;
      const at = (wall: string, utc: string) => {
        // The night of Lord Howe is the evening before in UTC.
        const date = Temporal.PlainDate.from(wall.slice(0, 10)).subtract({ days: zone.startsWith("Aus") ? 1 : 0 });
        return `${date.toString()}T${utc}:00.000Z`;
      };
      const far = { before: "2030-01-01T00:00", after: "2030-12-31T00:00" };
      const frozen = (from: string, to: string) =>
        opening({ zone, freezes: [{ from, to, why: "night" }] }, "2030-01-15T00:00:00Z");
      const begun = (from: string) =>
        closingOf(
          releaseWindowSchema.parse({ zone, freezes: [{ from, to: far.after, why: "night" }] }),
          Date.parse("2030-01-15T00:00:00Z"),
        );
      expect([frozen(far.before, twice), frozen(far.before, gap)]).toEqual([at(twice, second), at(gap, late)]);
      expect([begun(twice), begun(gap)]).toEqual([Date.parse(at(twice, first)), Date.parse(at(gap, early))]);
      const hours = (wall: string, from: string, to: string) => {
        const window = releaseWindowSchema.parse({ zone, open: [{ from, to }] });
        const midnight = Temporal.PlainDate.from(wall.slice(0, 10)).toZonedDateTime(zone).epochMilliseconds;
        const opensAt = nextOpening(window, midnight, midnight + year) ?? Number.NaN;
        return [opensAt, closingOf(window, opensAt)].map((ms) => new Date(ms ?? Number.NaN).toISOString());
      };
      const time = (wall: string) => wall.slice(11);
      expect(hours(twice, time(twice), "12:00")[0]).toBe(at(twice, first));
      expect(hours(twice, "00:00", time(twice))[1]).toBe(at(twice, first));
      expect(hours(gap, time(gap), "12:00")[0]).toBe(at(gap, late));
      expect(hours(gap, "00:00", time(gap))[1]).toBe(at(gap, early));
    },
  );

  test.each([
    ["with its hours", { zone: "UTC", open: [office] }, "2030-01-02T10:00:00Z", "2030-01-02T17:00:00.000Z"],
    [
      "with the last of hours that follow on one another",
      { zone: "UTC", open: [office, { from: "12:00", to: "20:00" }, { from: "20:00", to: "03:00" }] },
      "2030-01-02T10:00:00Z",
      "2030-01-03T03:00:00.000Z",
    ],
    [
      "with a freeze that begins before",
      { zone: "UTC", open: [office], freezes: [{ from: "2030-01-02T11:00", to: "2030-01-02T12:00", why: "lunch" }] },
      "2030-01-02T10:00:00Z",
      "2030-01-02T11:00:00.000Z",
    ],
    ["never, where it has no hours", { zone: "UTC" }, "2030-01-02T10:00:00Z", undefined],
    [
      "never, where its hours have no end",
      { zone: "UTC", open: [{ from: "00:00", to: "00:00" }] },
      "2030-01-02T10:00:00Z",
      undefined,
    ],
  ])("closes %s", (_, window, from, expected) => {
    const at = closingOf(releaseWindowSchema.parse(window), Date.parse(from));
    expect(at === undefined ? undefined : new Date(at).toISOString()).toBe(expected);
  });

  test("is closed in a freeze, whatever is open", () => {
    const freezes = [
      { from: "2030-12-20T00:00", to: "2031-01-02T00:00", why: "peak season" },
      { from: "2031-01-02T00:00", to: "2031-01-02T12:00", why: "stock taking" },
    ];
    expect(opening({ zone: "Europe/Vienna", open: [office], freezes }, "2030-12-22T10:00:00Z")).toBe(
      "2031-01-02T11:00:00.000Z",
    );
    expect(opening({ zone: "UTC", freezes }, "2030-12-22T10:00:00Z")).toBe("2031-01-02T12:00:00.000Z");
    expect(
      opening(
        { zone: "UTC", freezes: [{ from: "2030-01-01T00:00", to: "2040-01-01T00:00", why: "end" }] },
        "2030-06-01T00:00:00Z",
      ),
    ).toBeUndefined();
  });

  test.each([
    [{}, 'zone: expected an IANA time zone, such as "Europe/Vienna": it is required'],
    [{ zone: "+01:00" }, 'zone: expected an IANA time zone, such as "Europe/Vienna"'],
    [{ zone: "Europe/Wien" }, 'zone: expected an IANA time zone, such as "Europe/Vienna"'],
    [{ zone: "UTC", open: [] }, "open: expected hours in which it is open, or nothing at all"],
    [{ zone: "UTC", open: [{ from: "9:00", to: "17:00" }] }, 'open.0.from: expected a time such as "09:00"'],
    [
      { zone: "UTC", freezes: [{ from: "2030-02-30T00:00", to: "2030-03-01T00:00", why: "no" }] },
      "freezes.0.from: expected a date and time that exists",
    ],
    [
      { zone: "UTC", freezes: [{ from: "2030-03-01T00:00", to: "2030-03-01T00:00", why: "no" }] },
      "freezes.0.to: expected a time after from",
    ],
  ])("is refused as %j", (window, message) => {
    expect(() =>
      manualApproval("sign-off", { from: { people: ["ada"] }, deadline: "4h", window: window as never }),
    ).toThrow(message);
  });

  // The law again, by Intl and minute after minute.
  const zones = [
    "Europe/Vienna",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "UTC",
    "America/Santiago",
  ];
  const clocks = new Map(
    zones.map((zone) => [
      zone,
      new Intl.DateTimeFormat("en-GB", {
        timeZone: zone,
        weekday: "short",
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
      }),
    ]),
  );
  const isOpenByWall = (zone: string, from: string, to: string, at: number) => {
    const parts = Object.fromEntries(
      (clocks.get(zone)?.formatToParts(at) ?? []).map(({ type, value }) => [type, value]),
    );
    const wall = `${parts["hour"]}:${parts["minute"]}`;
    return from < to ? from <= wall && wall < to : wall >= from || wall < to;
  };

  test("opens at a minute that a clock on the wall shows as open, and at no minute before it, but where clocks are changed", () => {
    const hour = fc.integer({ min: 0, max: 23 }).map((value) => `${String(value).padStart(2, "0")}:00`);
    const start = fc
      .integer({ min: 0, max: 365 * 24 })
      .map((hours) => Date.parse("2030-01-01T00:00:00Z") + hours * 3_600_000);
    fc.assert(
      fc.property(fc.constantFrom(...zones), hour, hour, start, (zone, from, to, at) => {
        if (from === to) return;
        const opensAt = nextOpening(releaseWindowSchema.parse({ zone, open: [{ from, to }] }), at, at + year);
        const minutes = Array.from({ length: 27 * 4 }, (_, index) => at + index * 15 * 60_000);
        const byWall = minutes.find((minute) => isOpenByWall(zone, from, to, minute));
        // On a day of a change, an hour that is left out or comes twice may begin up to an hour and a half beside the wall's.
        const offset = (instant: number) =>
          clocks.get(zone)?.format(instant).slice(-5) ===
          clocks
            .get(zone)
            ?.format(instant + 86_400_000)
            .slice(-5);
        if (!offset(at) || !offset(at - 86_400_000) || !offset(at + 86_400_000)) return;
        expect(opensAt).toBe(byWall);
      }),
      propertyRuns(2_000),
    );
  });

  test("holds what was approved until it opens, and lets people object until then", async () => {
    const clock = virtualClock();
    const gate = manualApproval("sign-off", {
      from: { people: ["ada", "bob"] },
      window: { zone: "Europe/Vienna", open: [office] },
      deadline: "7d",
    });
    const run = startRun(gate, { release, clock });
    await clock.advance("20h");
    // It is Tuesday evening in Vienna.
    await run.answer("sign-off", { decision: "approve", by: "ada" });
    expect(run.snapshot().gates[0]).toMatchObject({
      state: "waiting",
      request: { effectiveAt: "2030-01-02T08:00:00.000Z" },
    });
    await clock.advance("12h");
    const [finding] = (await run.verdict).findings;
    expect(finding).toMatchObject({ status: "passed", observedAt: "2030-01-02T08:00:00.000Z" });
    expect((await replay(run.record(), gate)).verdict.findings[0]?.observedAt).toBe(finding?.observedAt);
  });

  test("expires where it does not open before the deadline", async () => {
    const clock = virtualClock();
    const window = { zone: "UTC", freezes: [{ from: "2029-12-20T00:00", to: "2030-02-01T00:00", why: "peak season" }] };
    const gate = manualApproval("sign-off", { from: { people: ["ada"] }, window, deadline: "2d" });
    const run = startRun(gate, { release, clock });
    await clock.advance(0);
    await run.answer("sign-off", { decision: "approve", by: "ada" });
    await clock.advance("3d");
    expect((await run.verdict).findings[0]).toMatchObject({ status: "expired", decision: "hold" });
  });
});
