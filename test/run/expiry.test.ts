import { allOf, replay, type Expiry, type Json } from "release-gates";
import { describe, expect, test } from "vitest";
import { custom, gate } from "../helpers/gates.js";
import { judge } from "../helpers/judge.js";

/** A gate that never answers, and says so much when its time is up. */
function slow(say: () => Expiry<Json>, timeout: "1h" | "1d" = "1h") {
  return custom(
    "slow",
    async ({ onExpiry, sleep, pass }) => {
      onExpiry(say);
      await sleep("2d");
      return pass("at last", null);
    },
    { timeout },
  );
}

const waited = () => ({ reason: "2 of 3 have come", evidence: { come: 2 } });

describe("a gate that has expired", () => {
  test("says what it knew by then, and decides as any that has expired", async () => {
    const { verdict, run } = await judge(slow(waited));
    expect(verdict).toMatchObject({
      decision: "hold",
      findings: [{ status: "expired", reason: "no answer within 1 h; 2 of 3 have come", evidence: { come: 2 } }],
    });
    expect((await replay(run.record(), slow(waited))).verdict.findings).toEqual(verdict.findings);
  });

  test.each([
    ["the run", (inside: ReturnType<typeof slow>) => judge(inside, { deadline: "30m" }), "slow"],
    [
      "what is around it",
      (inside: ReturnType<typeof slow>) => judge(allOf("all", [inside], { timeout: "30m" })),
      "all/slow",
    ],
  ])("does so also where the time of %s is up", async (_, run, path) => {
    const { verdict } = await run(slow(waited, "1d"));
    expect(verdict.findings.find((finding) => finding.gate === path)).toMatchObject({
      status: "expired",
      reason: expect.stringMatching(/; 2 of 3 have come$/),
      evidence: { come: 2 },
    });
  });

  test("says nothing where it is cancelled, as its time was not up", async () => {
    const { verdict } = await judge(allOf("all", [slow(waited), gate("bad", "fail", 1_000)]));
    expect(verdict.findings[1]).toMatchObject({ status: "cancelled" });
    expect(verdict.findings[1]).not.toHaveProperty("evidence");
  });

  test("has expired all the same where it cannot say what it knew", async () => {
    const broken = slow(() => {
      throw new Error("lost count");
    });
    expect((await judge(broken)).verdict.findings[0]).toMatchObject({
      status: "expired",
      reason: "no answer within 1 h; what was known by then could not be said: lost count",
    });
  });

  test.each<[string, unknown]>([
    ["does not fit", () => 1],
    ["is too large", "x".repeat(300_000)],
  ])("leaves out evidence that %s", async (_, evidence) => {
    const { verdict } = await judge(slow(() => ({ reason: "some have come", evidence: evidence as Json })));
    expect(verdict.findings[0]).toMatchObject({
      status: "expired",
      reason: expect.stringMatching(/^no answer within 1 h; /),
    });
    expect(verdict.findings[0]).not.toHaveProperty("evidence");
  });

  test("says what was given last", async () => {
    const twice = custom(
      "twice",
      async ({ onExpiry, sleep, pass }) => {
        onExpiry(waited);
        onExpiry(() => ({ reason: "3 of 3 have come", evidence: null }));
        await sleep("2d");
        return pass("at last", null);
      },
      { timeout: "1h" },
    );
    expect((await judge(twice)).reasons["twice"]).toBe("no answer within 1 h; 3 of 3 have come");
  });

  test("keeps no secret in what it says", async () => {
    const told = slow(() => ({ reason: "hunter22 has come", evidence: { who: "hunter22" } }));
    const { run } = await judge(told, { secrets: ["hunter22"] });
    expect(run.record().join("\n")).not.toContain("hunter22");
  });
});
