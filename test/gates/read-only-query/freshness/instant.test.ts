import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instantText, nanosecondsOf, parseInstant } from "../../../../src/gates/read-only-query/freshness/instant.js";

const at = (text: string, zone?: string) => parseInstant(text, zone);

describe("parseInstant", () => {
  test.each([
    ["2026-11-26T10:00:00Z", undefined, "2026-11-26T10:00:00Z"],
    ["2026-11-26 10:00:00Z", undefined, "2026-11-26T10:00:00Z"],
    ["2026-11-26T10:00:00.123456Z", undefined, "2026-11-26T10:00:00.123456Z"],
    ["2026-11-26T10:00:00.000000001Z", undefined, "2026-11-26T10:00:00.000000001Z"],
    ["2026-11-26T10:00:00+02:00", undefined, "2026-11-26T08:00:00Z"],
    ["2026-11-26T10:00:00-0530", undefined, "2026-11-26T15:30:00Z"],
    ["2026-11-26T00:30:00+01", undefined, "2026-11-25T23:30:00Z"],
    ["1890-01-01 00:53:28+00:53:28", undefined, "1890-01-01T00:00:00Z"],
    ["1890-01-01 00:00:00-000001", undefined, "1890-01-01T00:00:01Z"],
    ["2026-11-26 10:00", "UTC", "2026-11-26T10:00:00Z"],
    ["2026-11-26T10:00:00", "+02:00", "2026-11-26T08:00:00Z"],
    // A zone of its own is not put aside.
    ["2026-11-26T10:00:00Z", "+02:00", "2026-11-26T10:00:00Z"],
    ["1969-12-31T23:59:59.5Z", undefined, "1969-12-31T23:59:59.5Z"],
    ["0099-03-01T00:00:00Z", undefined, "0099-03-01T00:00:00Z"],
    ["2028-02-29T00:00:00Z", undefined, "2028-02-29T00:00:00Z"],
    ["9999-12-31T23:59:59.999999999Z", undefined, "9999-12-31T23:59:59.999999999Z"],
  ])("reads %s (%s) as %s", (text, zone, expected) => {
    const instant = at(text, zone);
    expect(typeof instant === "bigint" ? instantText(instant) : instant).toBe(expected);
  });

  test.each([
    ["2026-11-26T10:00:00", "no zone"],
    ["2026-11-26 10:00:00.5", "no zone"],
    ["2026-11-26", "a date"],
    ["2026-02-30T00:00:00Z", "no time"],
    ["2026-02-29T00:00:00Z", "no time"],
    ["2026-13-01T00:00:00Z", "no time"],
    ["0000-00-00 00:00:00", "no time"],
    ["2026-11-26T24:00:00Z", "no time"],
    ["2026-11-26T10:60:00Z", "no time"],
    ["2026-11-26T10:00:00.0000000001Z", "no time"],
    ["2026-11-26T10:00:00 Europe/Berlin", "no time"],
    ["2026-11-26T10:00:00+25:00", "no time"],
    ["2026-11-26T10:00:00+16:00", "no time"],
    ["2026-11-26T10:00:00+01:60", "no time"],
    ["2026-11-26T10:00:00+01:00:60", "no time"],
    ["2026-11-26T10:00:00+01:00:00:00", "no time"],
    [" 2026-11-26T10:00:00Z", "no time"],
    // Written with four digits, and of another year in UTC.
    ["9999-12-31T23:59:59-01:00", "no time"],
    ["0000-01-01T00:00:00+01:00", "no time"],
    ["10000-01-01T00:00:00Z", "no time"],
    // A leap second is an instant that no clock of ours counts.
    ["2016-12-31T23:59:60Z", "no time"],
    ["infinity", "no time"],
    ["-infinity", "no time"],
    ["0044-03-15 12:00:00+00 BC", "no time"],
    ["10:00:00Z", "no time"],
    [1_796_000_000, "no time"],
    [null, "no time"],
    [true, "no time"],
  ])("does not guess what %j is", (value, fault) => {
    expect(parseInstant(value)).toBe(fault);
  });

  test("agrees with the calendar to the millisecond, in any zone", () => {
    const ms = fc.integer({ min: Date.parse("0100-01-01"), max: Date.parse("9999-12-30") });
    fc.assert(
      fc.property(ms, fc.integer({ min: -900, max: 900 }), (instant, minutes) => {
        const sign = minutes < 0 ? "-" : "+";
        const [h, m] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((n) => `${n}`.padStart(2, "0"));
        const local = new Date(instant + minutes * 60_000).toISOString().replace("Z", "");
        expect(at(`${local}${sign}${h}:${m}`)).toBe(BigInt(instant) * 1_000_000n);
        expect(at(instantText(BigInt(instant) * 1_000_000n))).toBe(BigInt(instant) * 1_000_000n);
      }),
    );
  });
});

test("milliseconds are as many nanoseconds, to the last of them", () => {
  expect(nanosecondsOf(1_764_000_000_123)).toBe(1_764_000_000_123_000_000n);
  expect(nanosecondsOf(-1.5)).toBe(-1_500_000n);
});
