import {
  readOnlyQuery,
  replay,
  runGates,
  type Finding,
  type FreshnessBounds,
  type JsonObject,
  type ReadOnlyQueryConfig,
} from "release-gates";
import { describe, expect, test } from "vitest";
import { virtualClock } from "release-gates/testing";
import { release } from "../../../helpers/gates.js";
import { judge } from "../../../helpers/judge.js";
import { answering, typed } from "../answering.js";

/** What the virtual clock says. */
const noon = "2030-01-01T00:00:00Z";

/** The time so long before the run begins. */
function ago(ms: number): string {
  return new Date(Date.parse(noon) - ms).toISOString();
}

const minute = 60_000;
const hour = 60 * minute;

function gateOf(rows: readonly JsonObject[], freshness: FreshnessBounds, config: Partial<ReadOnlyQueryConfig> = {}) {
  const database = answering("loads", rows);
  return readOnlyQuery("fresh", { database, query: "SELECT loaded_at FROM loads", expect: { freshness }, ...config });
}

async function look(...given: Parameters<typeof gateOf>): Promise<Finding> {
  const { verdict } = await judge(gateOf(...given));
  return verdict.findings[0] as Finding;
}

describe("freshness", () => {
  test("passes where the newest is not too old, and says how old it is, and by which clock", async () => {
    const { status, reason } = await look([{ t: ago(3 * hour) }, { t: ago(5 * minute) }], { newest: "15m" });
    expect([status, reason]).toEqual([
      "passed",
      "observed the newest 5 min old (2029-12-31T23:55:00Z) by the run's clock, expected the newest at most 15 min old (loads)",
    ]);
  });

  test("fails where the newest is too old, and shows the rows", async () => {
    const { status, decision, reason, evidence } = await look([{ t: ago(hour) }, { t: ago(2 * hour) }], {
      newest: "15m",
    });
    expect([status, decision]).toEqual(["failed", "hold"]);
    expect(reason).toContain("observed the newest 1 h old (2029-12-31T23:00:00Z) by the run's clock");
    expect(evidence).toMatchObject({
      observed: { kind: "freshness", count: 2, nulls: 0, sample: [{ t: ago(2 * hour) }, { t: ago(hour) }] },
    });
  });

  test("fails where one is too old and none may be, and shows those, the oldest first, and hides what is hidden", async () => {
    const rows = [
      { id: 1, t: ago(2 * hour), who: "ada" },
      { id: 2, t: ago(minute), who: "grace" },
      { id: 3, t: ago(3 * hour), who: "linus" },
    ];
    const { status, reason, evidence } = await look(rows, { column: "t", oldest: "1h" }, { redact: ["who"] });
    expect(status).toBe("failed");
    expect(reason).toContain(
      "observed the oldest 3 h old (2029-12-31T21:00:00Z) by the run's clock, expected every one at most 1 h old",
    );
    expect(evidence).toMatchObject({
      observed: { oldest: "2029-12-31T21:00:00Z", sample: [{ id: 3, who: "[redacted]" }, { id: 1 }] },
    });
  });

  test("is exact: as old as it may be passes, a nanosecond more does not", async () => {
    const day = "2029-12-31T23:45:00";
    expect((await look([{ t: `${day}Z` }], { newest: "15m" })).status).toBe("passed");
    const { status, reason } = await look([{ t: "2029-12-31T23:44:59.999999999Z" }], { newest: "15m" });
    expect(status).toBe("failed");
    expect(reason).toContain("observed the newest more than 15 min old (2029-12-31T23:44:59.999999999Z)");
  });

  test("compares with the database's own clock where the query asks it, and shows that time", async () => {
    const rows = [{ t: "2020-05-05T11:50:00Z", asked_at: "2020-05-05T12:00:00.5Z" }];
    const fresh = await look(rows, { newest: "11m", now: "asked_at" });
    expect([fresh.status, fresh.evidence]).toMatchObject(["passed", { observed: { now: "2020-05-05T12:00:00.5Z" } }]);
    expect(fresh.reason).toContain("by the database's clock");
    expect((await look(rows, { newest: "10m", now: "asked_at" })).status).toBe("failed");
  });

  test("takes the latest where the database's clock goes on while it answers", async () => {
    const rows = [
      { t: "2020-05-05T11:00:00Z", asked_at: "2020-05-05T12:00:00Z" },
      { t: "2020-05-05T11:30:00Z", asked_at: "2020-05-05T12:00:02Z" },
    ];
    expect((await look(rows, { column: "t", oldest: "1h", now: "asked_at" })).status).toBe("failed");
  });

  test("is inconclusive for a time ahead of the clock: two clocks disagree, and no age is known", async () => {
    const rows = [{ t: ago(-3 * hour) }, { t: ago(30 * hour) }];
    const { status, reason } = await look(rows, { oldest: "1h", newest: "15m" });
    expect(status).toBe("inconclusive");
    expect(reason).toContain("observed a time 3 h ahead of the run's clock (2030-01-01T03:00:00Z)");
    expect((await look([{ t: ago(-minute) }], { newest: "15m" })).status).toBe("passed");
    expect((await look([{ t: ago(-minute - 1) }], { newest: "15m" })).status).toBe("inconclusive");
    expect((await look([{ t: ago(-3 * hour) }], { newest: "15m", ahead: "3h" })).status).toBe("passed");
    expect((await look([{ t: ago(-1) }], { newest: "15m", ahead: 0 })).status).toBe("inconclusive");
  });

  test("shows the rows that are ahead of the database's clock", async () => {
    const rows = [{ id: 1, t: "2020-05-05T15:00:00Z", asked_at: "2020-05-05T12:00:00Z" }];
    const { evidence } = await look(rows, { column: "t", newest: "1h", now: "asked_at" });
    expect(evidence).toMatchObject({ observed: { sample: [{ id: 1 }] } });
  });

  test.each([
    [[], "no rows"],
    [[{ t: null }], "NULL in the only row"],
    [[{ t: null }, { t: null }], "NULL in all of 2 rows"],
    [[{ t: null }, { t: ago(minute) }], "no time (NULL) in 1 of 2 rows"],
  ])("is inconclusive for %j: %s", async (rows, why) => {
    const { status, reason } = await look(rows, { newest: "15m" });
    expect([status, reason.split(", expected")[0]]).toEqual(["inconclusive", `observed ${why}`]);
  });

  test("fails for what is too old, though others have no time, and shows both", async () => {
    const { status, evidence } = await look([{ t: null }, { t: ago(hour) }], { oldest: "15m" });
    expect([status, evidence]).toMatchObject([
      "failed",
      { observed: { nulls: 1, sample: [{ t: ago(hour) }, { t: null }] } },
    ]);
  });

  test.each<[JsonObject, FreshnessBounds, string]>([
    [{ t: "2029-12-31T23:59:00" }, { newest: "15m" }, "timestamps without a time zone; say by zone which it is"],
    [{ t: "2029-12-31 23:59:00" }, { newest: "15m" }, "timestamps without a time zone"],
    [{ t: "2029-12-31" }, { newest: "15m", zone: "UTC" }, 'the column "t" holds dates, which are no point in time'],
    [{ t: 1_893_455_940 }, { newest: "15m", zone: "UTC" }, "something else than timestamps"],
    [{ t: "infinity" }, { newest: "15m" }, "something else than timestamps"],
    [{ t: ago(minute), id: 1 }, { newest: "15m" }, "no column is named, and the query returns 2"],
    [{ t: ago(minute) }, { newest: "15m", column: "loaded_at" }, 'does not return the column "loaded_at"'],
    [{ t: ago(minute) }, { newest: "15m", now: "asked_at" }, 'does not return the column "asked_at"'],
    [
      { t: ago(minute), asked_at: null },
      { newest: "15m", now: "asked_at" },
      'the column "asked_at" holds something else',
    ],
  ])("is errored for %j, expecting %j", async (row, freshness, why) => {
    const { status, decision, reason } = await look([row], freshness);
    expect([status, decision]).toEqual(["errored", "hold"]);
    expect(reason).toContain(why);
  });

  test("is errored for a column that is not there, also where there is no row, if the database says which there are", async () => {
    const none = typed("loads", { loaded_at: "instant" }, []);
    const at = (freshness: FreshnessBounds) => look([], freshness, { database: none });
    expect((await at({ newest: "15m", column: "laoded_at" })).reason).toContain(
      'does not return the column "laoded_at"',
    );
    expect((await at({ newest: "15m", now: "loaded_at" })).reason).toContain("the query returns no column of times");
    expect((await at({ newest: "15m" })).status).toBe("inconclusive");
  });

  test.each([
    ["UTC", "passed"],
    ["+00:00", "passed"],
    ["+01:00", "failed"],
    ["-01:00", "inconclusive"],
  ] as const)("reads times without a zone as of %s where that is said, and has %s", async (zone, status) => {
    expect((await look([{ t: "2029-12-31T23:59:00" }], { newest: "15m", zone })).status).toBe(status);
  });

  test("measures the age when the answer is there: a slow answer does not make it younger", async () => {
    const clock = virtualClock();
    const slow = answering("slow", async () => {
      await new Promise<void>((resolve) => void clock.schedule(clock.now() + 6 * minute, resolve));
      return [{ t: ago(10 * minute) }];
    });
    const run = runGates(gateOf([], { newest: "15m" }, { database: slow, timeout: "10m" }), { release, clock });
    const { findings } = await clock.settle(run);
    expect([findings[0]?.status, findings[0]?.reason]).toEqual([
      "failed",
      expect.stringContaining("the newest 16 min old"),
    ]);
  });

  test("a replay tells what another bound would have said, and asks again for another zone", async () => {
    const rows = [{ t: "2029-12-31T23:50:00" }];
    const { run } = await judge(gateOf(rows, { newest: "15m", zone: "UTC" }));
    const stricter = await replay(run.record(), gateOf(rows, { newest: "5m", zone: "UTC" }));
    expect([stricter.verdict.findings[0]?.status, stricter.unknown]).toEqual(["failed", []]);
    const other = await replay(run.record(), gateOf(rows, { newest: "15m", zone: "+01:00" }));
    expect(other.unknown).toEqual([{ gate: "fresh", asked: "query" }]);
  });

  test.each([
    [{}, "expect.freshness: expected newest or oldest"],
    [{ newest: undefined }, "expect.freshness: expected newest or oldest"],
    [{ newest: "1h", oldest: "1h" }, "expected newest below oldest"],
    [{ newest: 0 }, "expect.freshness.newest: expected a duration above 0"],
    [{ newest: "soon" }, "expect.freshness.newest: expected a duration"],
    [{ newest: "1h", zone: "Europe/Berlin" }, 'expect.freshness.zone: expected "UTC", or an offset'],
    [{ newest: "1h", zone: "+2" }, 'expected "UTC", or an offset'],
    [{ newest: "1h", column: "t", now: "t" }, "expected the database's own time in another column"],
    [{ newst: "1h" }, 'Unrecognized key: "newst"'],
  ])("refuses %j when it is built", (freshness, message) => {
    expect(() => gateOf([], freshness as never)).toThrow(message);
  });

  test.each([[{ newest: "1h" }], [{ newest: "1h", column: "t" }], [{ newest: "1h", column: "a", now: "t" }]] as const)(
    "refuses to hide the times that it shows: %j",
    (freshness) => {
      expect(() => gateOf([], freshness, { redact: ["t"] })).toThrow(
        "redact: expected other columns than those of times",
      );
    },
  );
});
