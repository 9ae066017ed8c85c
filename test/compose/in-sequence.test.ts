import { advisory, allOf, inSequence, when, type Gate } from "release-gates";
import { describe, expect, test } from "vitest";
import { gate } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";

const steps = (...gates: readonly Gate[]) => inSequence("steps", gates);

/** The gates that were started, in that order, with the millisecond. */
async function startsOf(whole: Gate) {
  const judged = await judge(whole);
  const starts = judged.events.flatMap((event) =>
    event.type === "gate:started" && event.gate !== "steps"
      ? [[event.gate.replace("steps/", ""), Date.parse(event.at) - Date.parse(judged.verdict.startedAt)] as const]
      : [],
  );
  return { ...judged, starts: Object.fromEntries(starts) };
}

describe("inSequence", () => {
  test("starts each gate when the one before has promoted", async () => {
    const { starts, decision, after } = await startsOf(
      steps(gate("a", "pass", 5), gate("b", "pass", 0), gate("c", "pass", 7)),
    );
    expect([starts, decision, after]).toEqual([{ a: 0, b: 5, c: 5 }, "promote", 12]);
  });

  test.each([
    ["fails", gate("b", "fail", 5), "rollback"],
    ["fails and holds", gate("b", "fail", 5, { onFail: "hold" }), "hold"],
    ["errors", gate("b", "error", 5), "hold"],
    ["is inconclusive", gate("b", "inconclusive", 5), "hold"],
    ["expires", gate("b", "pass", 50, { timeout: 5 }), "hold"],
    ["is a composite that does not promote", allOf("b", [gate("x", "pass", 2), gate("y", "error", 5)]), "hold"],
  ])("starts nothing after a gate that %s", async (_, stopper, expected) => {
    const last = gate("c", "pass", 5, { onError: "rollback" });
    const { starts, statuses, decision, after, reasons } = await startsOf(steps(gate("a", "pass", 1), stopper, last));
    expect([decision, after]).toEqual([expected, 6]);
    expect(Object.keys(starts)).not.toContain("c");
    expect([statuses["steps/c"], reasons["steps/c"]]).toEqual(["cancelled", "not started: «steps/b» did not promote"]);
  });

  test("goes past gates that do not apply, wherever they stand", async () => {
    const never = (name: string) => when(() => false, gate(name, "fail"));
    const whole = steps(never("x"), gate("a", "pass", 5), never("y"), never("z"), gate("b", "pass", 5), never("last"));
    const { starts, decision, after } = await startsOf(whole);
    expect([starts, decision, after]).toEqual([{ a: 0, b: 5 }, "promote", 10]);
  });

  test("starts an advisory gate in its turn, and waits for it no moment", async () => {
    const trial = (name: string) => advisory(gate(name, "fail", 100));
    const whole = steps(trial("x"), gate("a", "pass", 5), trial("y"), gate("b", "pass", 5), trial("z"));
    const { starts, decision, after, statuses } = await startsOf(whole);
    expect([decision, after]).toEqual(["promote", 10]);
    expect(starts).toMatchObject({ x: 0, a: 0, y: 5, b: 5 });
    expect(statuses).toMatchObject({ "steps/x": "cancelled", "steps/y": "cancelled", "steps/z": "cancelled" });
  });

  test("stops where nobody can say whether a gate applies", async () => {
    const broken = when(
      () => {
        throw new Error("no such field");
      },
      gate("b", "pass"),
    );
    const { starts, decision, reasons } = await startsOf(steps(gate("a", "pass", 5), broken, gate("c", "pass")));
    expect(decision).toBe("hold");
    expect(Object.keys(starts)).toEqual(["a"]);
    expect(reasons["steps/b"]).toBe("nobody can say whether it applies (a condition on the release): no such field");
  });

  test("is known to hold as soon as a gate far behind can only hold", async () => {
    // Nobody can say whether the last gate applies, so no answer of the others can promote or roll back.
    const broken = when(() => "yes" as never, gate("c", "pass"));
    const { decision, after } = await startsOf(steps(gate("a", "pass", 50, { onFail: "hold" }), broken));
    expect([decision, after]).toEqual(["hold", 0]);
  });

  test("nests: what is inside starts when the whole does", async () => {
    const inner = inSequence("inner", [gate("b", "pass", 5), gate("c", "pass", 5)]);
    const { starts, decision } = await startsOf(steps(gate("a", "pass", 5), inner, gate("d", "pass", 5)));
    expect([starts, decision]).toEqual([{ a: 0, inner: 5, "inner/b": 5, "inner/c": 10, d: 15 }, "promote"]);
  });
});
