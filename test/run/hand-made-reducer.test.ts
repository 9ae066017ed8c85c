import { readRecord, steady, type Gate } from "release-gates";
import { describe, expect, test } from "vitest";
import { gate } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";

/** A repeated gate whose reducer says this of the first round. */
function saying(inside: Gate, status: string): Gate {
  const judgeRound = () => ({
    state: { since: null },
    answer: { status: status as never, reason: "so" },
  });
  return { ...steady(inside, { for: "1m", every: "1s" }), judge: judgeRound };
}

const good = gate("x", "pass");
const bad = gate("x", "fail");
const broken = gate("x", "error", 0, { onError: "rollback" });

describe("a reducer that somebody wrote", () => {
  test.each<[string, Gate, string, string, string]>([
    ["cannot turn a failure into a pass", bad, "passed", "failed", "rollback"],
    ["cannot turn an error into a pass", broken, "passed", "errored", "rollback"],
    ["may find a good round bad, which goes no further than a hold", good, "failed", "failed", "hold"],
    ["may find a good round late", good, "expired", "expired", "hold"],
    ["may call a failure an error", bad, "errored", "errored", "rollback"],
    ["rolls nothing back where it does not know", bad, "inconclusive", "inconclusive", "hold"],
    ["may stop", good, "cancelled", "cancelled", "hold"],
    ["may take a round as it is", good, "passed", "passed", "promote"],
  ])("%s", async (_, inside, says, status, decision) => {
    const { run, verdict, statuses } = await judge(saying(inside, says));
    expect([statuses["x"], verdict.decision]).toEqual([status, decision]);
    expect(readRecord(run.record()).length).toBeGreaterThan(0);
  });

  test.each(["skipped", "great", undefined])("that answers %s breaks the run, which holds", async (status) => {
    const { verdict } = await judge(saying(good, status as string));
    expect(verdict.decision).toBe("hold");
    expect(verdict.reason).toContain(`the run itself failed (no round can be ${status})`);
  });

  test("that throws breaks the run, which holds", async () => {
    const thrower: Gate = {
      ...steady(good, { for: "1m", every: "1s" }),
      judge: () => {
        throw new Error("no idea");
      },
    };
    const { verdict } = await judge(thrower);
    expect([verdict.decision, verdict.reason]).toEqual(["hold", expect.stringContaining("no idea")]);
  });
});
