import { expiringWaivers, type WaiverUse } from "release-gates";
import { describe, expect, test } from "vitest";

function waiver(gate: string, expires: string): WaiverUse {
  return { gate, by: "ada", reason: "known", expires, use: "used" };
}

const first = waiver("all/a", "2030-01-02T00:00:00.000Z");
const second = waiver("all/b", "2030-01-08T00:00:00.000Z");
const later = waiver("all/c", "2030-01-08T00:00:00.001Z");
const over = waiver("all/d", "2030-01-01T00:00:00.000Z");
const now = new Date("2030-01-01T00:00:00.000Z");

describe("expiringWaivers", () => {
  test("lists those that end in time, each once, the first to end first", () => {
    const verdicts = [{ waivers: [second, over] }, {}, { waivers: [later, first, second] }];
    expect(expiringWaivers(verdicts, { within: "7d", now })).toEqual([first, second]);
  });

  test("looks from now on where nobody says from when", () => {
    const soon = waiver("all/a", new Date(Date.now() + 60_000).toISOString());
    expect(expiringWaivers([{ waivers: [soon] }], { within: "1h" })).toEqual([soon]);
    expect(() => expiringWaivers([], { within: "soon" as never })).toThrow("soon");
  });
});
