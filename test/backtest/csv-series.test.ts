import { csvSeries, seriesHistory, type CsvColumns } from "release-gates/backtest";
import { describe, expect, test } from "vitest";
import { refusalOf } from "../helpers/refusal.js";

const columns = { time: "Time", values: { errors: "Value" } };
const read = (text: string, options: Partial<CsvColumns> = {}) => csvSeries(text, { ...columns, ...options })["errors"];

describe("csvSeries", () => {
  test("reads what Grafana exports: epoch milliseconds, a column a series, empty fields", () => {
    const text =
      '"Time","orders","payments"\n1791208800000,0.5,\n1791208860000,NaN,1.5e-3\n1791208920000,null,undefined\n';
    expect(csvSeries(text, { time: "Time", values: { a: "orders", b: "payments" } })).toEqual({
      a: [
        { at: 1_791_208_800_000, value: 0.5 },
        { at: 1_791_208_860_000, value: Number.NaN },
        { at: 1_791_208_920_000, value: null },
      ],
      b: [
        { at: 1_791_208_800_000, value: null },
        { at: 1_791_208_860_000, value: 0.0015 },
        { at: 1_791_208_920_000, value: null },
      ],
    });
  });

  test("reads what Grafana exports for Excel: a byte order mark, a told delimiter, other line ends", () => {
    const text = "\uFEFFsep=;\r\nTime;Value\r\n2026-10-05T14:00:00Z;1\r\n";
    expect(read(text)).toEqual([{ at: Date.parse("2026-10-05T14:00:00Z"), value: 1 }]);
  });

  test.each([
    ["ISO 8601 in UTC", "2026-10-05T14:00:00.500Z", {}, "2026-10-05T14:00:00.500Z"],
    ["ISO 8601 with an offset", "2026-10-05T14:00:00+05:30", { zone: "Z" }, "2026-10-05T08:30:00Z"],
    ["local time with a zone", "2026-10-05 14:00:00", { zone: "+02:00" }, "2026-10-05T12:00:00Z"],
    ["local time without seconds", "2026-10-05 14:00", { zone: "Z" }, "2026-10-05T14:00:00Z"],
    ["epoch seconds", "1791208800.25", {}, "2026-10-05T14:00:00.250Z"],
    ["epoch milliseconds", "1791208800250", {}, "2026-10-05T14:00:00.250Z"],
  ] as const)("reads %s", (_, time, options, expected) => {
    expect(read(`Time,Value\n${time},1`, options)?.[0]?.at).toBe(Date.parse(expected));
  });

  test.each([
    ["a comma", "Time,Value\n1791208800000,1"],
    ["a semicolon", "Time;Value\n1791208800000;1"],
    ["a tab", "Time\tValue\n1791208800000\t1"],
    ["a semicolon after a quoted name with a comma", '"Time";"Value"\n1791208800000;1'],
  ])("finds %s between the fields", (_, text) => {
    expect(read(text)).toEqual([{ at: 1_791_208_800_000, value: 1 }]);
  });

  test("reads the traffic behind a series", () => {
    const text = "Time,Value,Requests\n1791208800000,1,250\n1791208860000,1,\n";
    expect(read(text, { traffic: { errors: "Requests" } })).toEqual([
      { at: 1_791_208_800_000, value: 1, traffic: 250 },
      { at: 1_791_208_860_000, value: 1 },
    ]);
  });

  test("gives what seriesHistory takes", () => {
    expect(seriesHistory(csvSeries("Time,Value\n1791208800000,1", columns)).name).toBe("1 series");
  });

  test.each([
    [
      "a time without a zone",
      "Time,Value\n2026-10-05 14:00:00,1",
      'line 2, column "Time": "2026-10-05 14:00:00" has no time zone',
    ],
    [
      "mixed formats",
      "Time,Value\n2026-10-05T14:00:00Z,1\n1791208800000,1",
      'line 3, column "Time": epoch milliseconds, where line 2 has ISO 8601 with a zone',
    ],
    ["mixed zones", "Time,Value\n2026-10-05T14:00:00Z,1\n2026-10-05T14:01:00,1", "a time without a zone, where line 2"],
    ["a day that is none", "Time,Value\n2026-02-30T14:00:00Z,1", 'expected a time, got "2026-02-30T14:00:00Z"'],
    ["an American date", "Time,Value\n10/05/2026,1", 'expected a time, got "10/05/2026"'],
    [
      "a unit",
      "Time,Value\n1791208800000,0.5%",
      'line 2, column "Value": expected a number, got "0.5%"; export raw values',
    ],
    ["a decimal comma", 'Time;Value\n1791208800000;"0,5"', 'expected a number, got "0,5"'],
    ["a missing column", "Time,Other\n1791208800000,1", 'has no column "Value"; its columns: "Time", "Other"'],
    ["a column twice", "Time,Value,Value\n1791208800000,1,2", 'two columns "Value"'],
    ["a line that is too short", "Time,Value\n1791208800000", "cannot be read: Invalid Record Length"],
    ["an open quote", 'Time,Value\n"1791208800000,1', "cannot be read: Quote Not Closed"],
    ["no lines", "Time,Value\n", "no line after its header"],
    ["nothing", "", "no line after its header"],
  ])("refuses %s, and says where", (_, text, message) => {
    const refusal = refusalOf(() => read(text));
    expect(refusal).toContain("RUN_INPUT_INVALID: Invalid series for the backtest: ");
    expect(refusal).toContain(message);
  });

  test("refuses a day that is none in local time", () => {
    expect(refusalOf(() => read("Time,Value\n2026-02-30 14:00:00,1", { zone: "Z" }))).toContain("expected a time");
  });

  test("refuses a place as a zone: an hour of its local times has two meanings", () => {
    expect(refusalOf(() => read("Time,Value\n2026-10-05 14:00:00,1", { zone: "Europe/Berlin" }))).toContain(
      'zone: expected "Z" or an offset such as "+02:00", got "Europe/Berlin"',
    );
  });
});
