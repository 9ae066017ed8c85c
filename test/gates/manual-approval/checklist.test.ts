import { manualApproval, replay, startRun, type ManualApprovalConfig, type Release, type Vote } from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { checklistRefusal } from "../../../src/gates/manual-approval/checklist.js";

const release: Release = { name: "orders", version: "2.4.0", environment: "production" };
const steps = [{ step: "log in" }, { step: "pay" }, { step: "print", optional: true }];
const ticked = [
  { step: "log in", done: true, evidence: "https://shots.example/1" },
  { step: "pay", done: true, evidence: "order 4711" },
  { step: "print", done: false, why: "no printer here" },
] as const;

async function waiting(config: Partial<ManualApprovalConfig>) {
  const clock = virtualClock();
  const gate = manualApproval("uat", { from: { people: ["ada", "bob"] }, deadline: "4h", ...config });
  const run = startRun(gate, { release, clock });
  await clock.advance(0);
  const vote = (more: Partial<Vote>) => run.answer("uat", { decision: "approve", by: "ada", ...more });
  return { run, gate, vote, clock };
}

describe("a checklist", () => {
  test.each([
    ["complete", "approve", ticked, undefined],
    ["that says nothing", "approve", [], 'the checklist says nothing of "log in"'],
    ["that leaves an optional step out", "approve", ticked.slice(0, 2), 'the checklist says nothing of "print"'],
    [
      "with steps that are not done",
      "approve",
      [{ step: "log in", done: false }, { step: "pay", done: false, why: "card refused" }, ticked[2]],
      'not done: "log in", "pay"',
    ],
    [
      "with a step that is not asked",
      "approve",
      [...ticked, { step: "fly", done: false }],
      'the checklist has no step "fly"',
    ],
    ["with a step said twice", "approve", [...ticked, ticked[1]], "the checklist says something of one step twice"],
    ["cut short by a rejection", "reject", [{ step: "pay", done: false, why: "card refused" }], undefined],
    [
      "of a rejection, with a step that is not asked",
      "reject",
      [{ step: "fly", done: false }],
      'the checklist has no step "fly"',
    ],
  ] as const)("%s", (_, decision, checklist, refusal) => {
    expect(checklistRefusal(steps, { decision, checklist })).toBe(refusal);
  });

  test("is shown to whoever may approve, with who has done what", async () => {
    const { run, vote } = await waiting({ checklist: ["log in", "pay", { step: "print", optional: true }], quorum: 2 });
    await vote({ checklist: ticked });
    expect(run.snapshot().gates[0]?.request).toMatchObject({
      checklist: [
        { step: "log in", optional: false, doneBy: ["ada"], notDoneBy: [] },
        { step: "pay", optional: false, doneBy: ["ada"], notDoneBy: [] },
        { step: "print", optional: true, doneBy: [], notDoneBy: ["ada"] },
      ],
    });
    await run[Symbol.asyncDispose]();
  });

  test("is evidence: each step with what shows that it is done, or that it is not", async () => {
    const { run, gate, vote } = await waiting({ checklist: ["log in", "pay", { step: "print", optional: true }] });
    expect(await vote({})).toEqual({ status: "refused", reason: 'the checklist says nothing of "log in"' });
    await vote({ checklist: ticked });
    const { findings, decision } = await run.verdict;
    expect(decision).toBe("promote");
    expect(findings[0]?.evidence).toMatchObject({
      votes: [{ by: "ada", checklist: ticked }],
      checklist: [{ step: "log in", doneBy: ["ada"] }, { step: "pay" }, { step: "print", notDoneBy: ["ada"] }],
      refused: [{ by: "ada", reason: 'the checklist says nothing of "log in"' }],
    });
    expect((await replay(run.record(), gate)).verdict.findings[0]?.evidence).toMatchObject({
      votes: [{ checklist: ticked }],
    });
  });

  test("needs evidence for what is done", async () => {
    const { run, vote } = await waiting({ checklist: ["log in"] });
    const empty = [{ step: "log in", done: true, evidence: " " }] as const;
    expect(await vote({ checklist: empty })).toEqual({
      status: "refused",
      reason: "checklist.0.evidence: expected what shows that it is done",
    });
    await run[Symbol.asyncDispose]();
  });

  test("is asked of nobody where there is none", async () => {
    const { run, vote } = await waiting({});
    expect(await vote({ checklist: ticked })).toEqual({
      status: "refused",
      reason: 'the checklist has no step "log in"',
    });
    await run[Symbol.asyncDispose]();
  });

  test("may be said anew with other evidence", async () => {
    const { run, vote } = await waiting({ checklist: ["log in"], quorum: 2 });
    await vote({ checklist: [{ step: "log in", done: true, evidence: "seen" }] });
    expect(await vote({ checklist: [{ step: "log in", done: true, evidence: "seen" }] })).toMatchObject({
      reason: "ada has voted so already",
    });
    expect(await vote({ checklist: [{ step: "log in", done: true, evidence: "seen twice" }] })).toEqual({
      status: "accepted",
    });
    await run[Symbol.asyncDispose]();
  });
});

describe("an input", () => {
  const input = z.strictObject({
    ticket: z.string().regex(/^CHG-\d+$/, "expected a ticket"),
    share: z.number().default(5),
  });

  test("is judged by its schema, and kept as the schema returned it", async () => {
    const { run, vote } = await waiting({ input });
    expect(await vote({})).toMatchObject({ status: "refused", reason: expect.stringContaining("input: ") });
    expect(await vote({ input: { ticket: "4711" } })).toEqual({
      status: "refused",
      reason: "input: ticket: expected a ticket",
    });
    await vote({ input: { ticket: "CHG-4711" } });
    expect((await run.verdict).findings[0]?.evidence).toMatchObject({
      votes: [{ input: { ticket: "CHG-4711", share: 5 } }],
    });
  });

  test("may be judged by a schema that takes its time", async () => {
    const { run, vote } = await waiting({ input: input.refine(async ({ ticket }) => ticket !== "CHG-1", "is closed") });
    expect(await vote({ input: { ticket: "CHG-1" } })).toMatchObject({ reason: "input: is closed" });
    await vote({ input: { ticket: "CHG-2" } });
    expect((await run.verdict).decision).toBe("promote");
  });

  test.each<readonly [what: string, schema: z.ZodType, why: string]>([
    ["throws", z.string().transform((text) => new URL(text).href), "Invalid URL"],
    ["returns a date", z.coerce.date(), "value is a Date, which does not survive JSON"],
    ["returns what is no number", z.string().transform(() => Number.NaN), "which JSON has no word for"],
    ["never answers", z.string().refine(() => new Promise<boolean>(() => {})), "30 s"],
  ])("whose schema %s is refused alone: the gate waits on, and hears the others", async (_, schema, why) => {
    const { run, vote, clock } = await waiting({ input: schema });
    expect(await clock.settle(vote({ input: "2030-01-01" }))).toEqual({
      status: "refused",
      reason: expect.stringMatching(/^the input could not be judged: /) as string,
    });
    expect(run.snapshot().gates[0]).toMatchObject({ state: "waiting" });
    expect(run.record().join("")).toContain(why);
    await vote({ by: "bob", decision: "reject", comment: "no" });
    expect((await run.verdict).findings[0]).toMatchObject({ status: "failed", evidence: { refused: [{ by: "ada" }] } });
  });

  test("is judged once: a replay asks nobody what the schema asked", async () => {
    let asked = 0;
    const { run, gate, vote } = await waiting({ input: input.refine(async () => ++asked > 0, "is closed") });
    await vote({ input: { ticket: "CHG-1" } });
    expect(await run.verdict).toMatchObject({ decision: "promote" });
    const before = asked;
    expect(await replay(run.record(), gate)).toMatchObject({ isAsRecorded: true, verdict: { decision: "promote" } });
    expect([before > 0, asked]).toEqual([true, before]);
  });

  test("is taken with an approval only, and where it is asked", async () => {
    const { run, vote } = await waiting({ input });
    const said = { input: { ticket: "CHG-1" }, comment: "no" };
    expect(await vote({ decision: "reject", ...said })).toMatchObject({
      reason: "an input is taken with an approval only",
    });
    await run[Symbol.asyncDispose]();
    const other = await waiting({});
    expect(await other.vote(said)).toMatchObject({ reason: "no input is asked" });
    await other.run[Symbol.asyncDispose]();
  });
});
