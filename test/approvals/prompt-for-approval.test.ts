import { Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import {
  allOf,
  everyRule,
  inLevels,
  inSequence,
  manualApproval,
  oneOf,
  quorum,
  startRun,
  type Release,
  type Run,
} from "release-gates";
import { promptForApproval } from "release-gates/approvals";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { custom } from "../helpers/gates.js";
import { TerminalSeat } from "./terminal-seat.js";

const release: Release = {
  name: "orders",
  version: "2.4.0",
  environment: "production",
  artifact: { digest: "sha256:9f86d0", name: "orders" },
  requestedBy: "grace",
};
const question = 'Type "approve" or "reject"; Enter leaves it open: ';

function start(count = 1, names: readonly string[] = ["sign-off"]) {
  const clock = virtualClock();
  const gates = names.map((name) =>
    manualApproval(name, { from: { people: ["ada", "bob"], roles: ["sre"] }, quorum: count, deadline: "4h" }),
  );
  return { clock, run: startRun(allOf("release", gates), { release, clock }) };
}

function seat(run: Run, person = "ada", roles: readonly string[] = []) {
  const terminal = new TerminalSeat();
  const { input, output } = terminal;
  const end = promptForApproval(run, { person, roles, input, output });
  return { terminal, end };
}

describe("promptForApproval", () => {
  test("shows the request, and passes an approval with its comment on", async () => {
    const { run } = start();
    const { terminal } = seat(run);
    await terminal.sees(question);
    terminal.types("approve");
    await terminal.sees("Comment (Enter for none): ");
    terminal.types("traffic is low");
    const verdict = await run.verdict;
    expect(verdict.decision).toBe("promote");
    expect(verdict.findings).toContainEqual(
      expect.objectContaining({
        gate: "release/sign-off",
        evidence: expect.objectContaining({
          votes: [expect.objectContaining({ by: "ada", decision: "approve", comment: "traffic is low" })],
        }),
      }),
    );
    await terminal.sees("Your answer was taken.");
    expect(terminal.shown.slice(0, terminal.shown.indexOf(question))).toMatchInlineSnapshot(`
      "Approval «release/sign-off»: orders 2.4.0 in production
        artifact      orders sha256:9f86d0
        requested by  grace
        rule          1 of ada, bob or anyone with role sre
        may not vote  grace, having requested the release
        needed        1 of 1 approvals missing, from ada, bob or anyone with role sre, until 2030-01-01T04:00:00.000Z
      "
    `);
  });

  test("shows what other gates found where the approval rests on that, and sends what was shown", async () => {
    const clock = virtualClock();
    const errors = custom("errors", ({ pass }) => pass("few: 0.1 %", null));
    const config = { from: { people: ["ada"] }, deadline: "4h", bindEvidence: ["errors"] } as const;
    const run = startRun(inSequence("release", [errors, manualApproval("sign-off", config)]), { release, clock });
    const { terminal } = seat(run);
    await terminal.sees("  found         release/errors passed: few: 0.1 %\n");
    await terminal.sees(question);
    terminal.types("approve");
    await terminal.sees("Comment (Enter for none): ");
    terminal.types("");
    expect((await run.verdict).decision).toBe("promote");
  });

  test("shows the quorums of a rule, how far each is met, and who is waited for", async () => {
    const clock = virtualClock();
    const rule = inLevels(everyRule(quorum(1, { people: ["ada", "bob"] }), oneOf("sre")), oneOf("head"));
    const run = startRun(manualApproval("sign-off", { rule, deadline: "4h" }), { release, clock });
    await clock.advance(0);
    await run.answer("sign-off", { decision: "approve", by: "bob" });
    const { terminal } = seat(run);
    await terminal.sees(question);
    expect(terminal.shown.slice(terminal.shown.indexOf("  rule"), terminal.shown.indexOf(question)))
      .toMatchInlineSnapshot(`
      "  rule          1 of ada or bob and 1 of anyone with role sre, then 1 of anyone with role head
                      met, level 1: 1 of 1 from ada, bob: bob
                      open, level 1: 0 of 1 from role sre
                      open, level 2: 0 of 1 from role head
        so far        bob: approve
        may not vote  grace, having requested the release
        needed        level 1 of 2: 2 of 3 approvals missing, from anyone with role sre, until 2030-01-01T04:00:00.000Z
      "
    `);
    const { terminal: later } = seat(run, "eve", ["head"]);
    await later.sees("Nothing to answer here: eve is asked at a later level.");
    await run[Symbol.asyncDispose]();
  });

  test("asks for each step of a checklist and for an input, and passes them on", async () => {
    const clock = virtualClock();
    const gate = manualApproval("sign-off", {
      from: { people: ["ada"] },
      deadline: "4h",
      checklist: ["log in", "pay", { step: "print", optional: true }],
      input: z.strictObject({ ticket: z.string() }),
    });
    const run = startRun(gate, { release, clock });
    const { terminal } = seat(run);
    const talk = async (lines: readonly (readonly [sees: string, types: string])[]) => {
      for (const [sees, types] of lines) {
        await terminal.sees(sees);
        terminal.types(types);
      }
    };
    await terminal.sees("check         print (optional)");
    await talk([
      [question, "approve"],
      ["log in: what shows that it is done? (Enter: not done) ", "seen"],
      ["pay: what shows that it is done? (Enter: not done) ", ""],
      ["pay: why not? (Enter for no reason) ", "card refused"],
      ["print (optional): what shows that it is done? (Enter: not done) ", ""],
      ["print (optional): why not? (Enter for no reason) ", ""],
      ["Input, as JSON: ", "CHG-1"],
      ["Input, as JSON: ", '{"ticket":"CHG-2","ticket":"CHG-1"}'],
      ["Input, as JSON: ", '{"ticket":"CHG-1"}'],
      ["Comment (Enter for none): ", ""],
    ]);
    await terminal.sees('Your answer was refused: not done: "pay".');
    await talk([
      [question, "approve"],
      ["log in: what shows that it is done? (Enter: not done) ", "seen"],
      ["pay: what shows that it is done? (Enter: not done) ", "order 4711"],
      ["print (optional): what shows that it is done? (Enter: not done) ", ""],
      ["print (optional): why not? (Enter for no reason) ", ""],
      ["Input, as JSON: ", '{"ticket":"CHG-1"}'],
      ["Comment (Enter for none): ", ""],
    ]);
    expect((await run.verdict).findings[0]?.evidence).toMatchObject({
      votes: [
        {
          input: { ticket: "CHG-1" },
          checklist: [
            { step: "log in", done: true, evidence: "seen" },
            { step: "pay", done: true, evidence: "order 4711" },
            { step: "print", done: false },
          ],
        },
      ],
    });
  });

  test("asks why until a rejection says so", async () => {
    const { run } = start();
    const { terminal } = seat(run);
    await terminal.sees(question);
    terminal.types("REJECT");
    await terminal.sees("Why? ");
    terminal.types("  ");
    await terminal.sees(question);
    terminal.types("reject");
    await terminal.sees("Why? ");
    terminal.types("totals differ");
    expect((await run.verdict).reason).toContain("rejected by ada: totals differ");
  });

  test("takes nothing but whole words for a decision", async () => {
    const { run, clock } = start();
    const { terminal } = seat(run);
    for (const typed of ["y", "a", "approved", "yes"]) {
      await terminal.sees(question);
      terminal.types(typed);
    }
    await terminal.sees(question);
    expect(run.snapshot().gates[1]?.state).toBe("waiting");
    await clock.advance("4h");
    expect((await run.verdict).decision).toBe("hold");
  });

  test("leaves the approval open on Enter, until its deadline", async () => {
    const { run, clock } = start();
    const { terminal } = seat(run);
    await terminal.sees(question);
    terminal.types("");
    await terminal.sees("Left open.");
    await clock.advance("4h");
    expect(await run.verdict).toMatchObject({ decision: "hold", decidedBy: ["release/sign-off"] });
  });

  test("shows the request anew when somebody else votes", async () => {
    const { run } = start(2);
    const { terminal } = seat(run);
    await terminal.sees(question);
    await run.answer("sign-off", { decision: "approve", by: "bob", comment: "looks fine" });
    await terminal.sees("so far        bob: approve, looks fine");
    await terminal.sees("1 of 2 approvals missing, from ada or anyone with role sre");
    await terminal.sees(question);
    terminal.types("approve");
    await terminal.sees("Comment (Enter for none): ");
    terminal.types("");
    expect((await run.verdict).decision).toBe("promote");
  });

  test("asks a person once who has voted", async () => {
    const { run } = start(2);
    const { terminal } = seat(run);
    await terminal.sees(question);
    terminal.types("approve");
    await terminal.sees("Comment (Enter for none): ");
    terminal.types("");
    await terminal.sees("Nothing to answer here: ada has voted.");
    await run.answer("sign-off", { decision: "approve", by: "bob" });
    await run.verdict;
    expect(terminal.shown.split(question)).toHaveLength(2);
  });

  test.each([
    ["grace", [], "grace may not vote, having requested the release"],
    ["Grace", ["sre"], "Grace may not vote, having requested the release"],
    ["mallory", ["dev"], "mallory is not among those who may vote"],
  ])("does not ask %s with roles %j", async (person, roles, reason) => {
    const { run } = start();
    const { terminal } = seat(run, person, roles);
    await terminal.sees(`Nothing to answer here: ${reason}.`);
    expect(terminal.shown).not.toContain(question);
    await run[Symbol.asyncDispose]();
  });

  test("asks whoever has a role, and votes with it", async () => {
    const { run } = start();
    const { terminal } = seat(run, "erin", ["sre"]);
    await terminal.sees(question);
    terminal.types("approve");
    await terminal.sees("Comment (Enter for none): ");
    terminal.types("");
    expect((await run.verdict).decision).toBe("promote");
  });

  test("asks for one approval after the other", async () => {
    const { run } = start(1, ["code", "data"]);
    const { terminal } = seat(run);
    for (const name of ["code", "data"]) {
      await terminal.sees(`Approval «release/${name}»`);
      await terminal.sees(question);
      terminal.types("approve");
      await terminal.sees("Comment (Enter for none): ");
      terminal.types("");
      await terminal.sees("Your answer was taken.");
    }
    expect((await run.verdict).decision).toBe("promote");
  });

  test("asks no more when the gate has settled without the person", async () => {
    const { run } = start();
    const { terminal } = seat(run);
    await terminal.sees(question);
    await run.answer("sign-off", { decision: "approve", by: "bob" });
    expect((await run.verdict).decision).toBe("promote");
    expect(terminal.input.listenerCount("keypress")).toBe(0);
  });

  test("asks for what waited already when it was begun", async () => {
    const { run, clock } = start();
    await clock.advance(0);
    const { terminal } = seat(run);
    await terminal.sees(question);
    expect(run.snapshot().gates[1]?.state).toBe("waiting");
    await run[Symbol.asyncDispose]();
  });

  test("asks nothing after it was ended", async () => {
    const { run, clock } = start();
    const { terminal, end } = seat(run);
    end();
    await clock.advance("4h");
    expect((await run.verdict).decision).toBe("hold");
    expect(terminal.raw).toBe("");
  });

  test("says so where there is no terminal, and leaves the approval open", async () => {
    const { run, clock } = start();
    const terminal = new TerminalSeat({ isTTY: false });
    promptForApproval(run, { person: "ada", input: terminal.input, output: terminal.output });
    terminal.input.end("approve\napprove\n");
    await clock.advance(0);
    await terminal.sees("Nobody can be asked here, as this is no terminal; it stays open until its deadline.");
    await clock.advance("4h");
    expect((await run.verdict).decision).toBe("hold");
    expect(terminal.input.readableLength).toBe("approve\napprove\n".length);
  });

  test("leaves the approval open when the input is closed, and asks no more", async () => {
    const { run, clock } = start();
    const { terminal } = seat(run);
    await terminal.sees(question);
    terminal.input.end();
    await terminal.sees("The input was closed; it stays open until its deadline.");
    await clock.advance("4h");
    expect((await run.verdict).decision).toBe("hold");
  });

  test("shows nothing of a text that moves the cursor or hides what stands there", async () => {
    const clock = virtualClock();
    const hostile = "ok\u001b[2K\u001b[1A\r\u0007\u202e\u200b\nlast";
    const gate = manualApproval("sign-off", {
      from: { people: ["ada", "bob"] },
      quorum: 2,
      deadline: "4h",
      instructions: hostile,
    });
    const run = startRun(gate, { release: { ...release, version: hostile }, clock });
    await clock.advance(0);
    await run.answer("sign-off", { decision: "approve", by: "bob", comment: hostile });
    const { terminal } = seat(run);
    await terminal.sees(question);
    const shown = terminal.raw.slice(0, terminal.raw.indexOf("Type"));
    expect(shown).toContain("look at       ok[2K[1A last");
    // What readline itself says comes after the last line of the request.
    const request = shown.slice(0, shown.lastIndexOf("\n")).replaceAll("\n", "");
    expect(request).not.toMatch(/\p{C}/u);
    await run[Symbol.asyncDispose]();
  });

  test("survives an output that breaks: the run goes on, and the approval stays open", async () => {
    const { run, clock } = start();
    let writes = 0;
    const output = new Writable({
      write: (_chunk, _encoding, done) => {
        writes += 1;
        done(new Error("ENOSPC: no space left on device"));
      },
      autoDestroy: false,
    });
    const { input } = new TerminalSeat();
    promptForApproval(run, { person: "ada", input, output: Object.assign(output, { isTTY: true }) });
    await clock.advance(0);
    // Each error of a write is told in a turn of its own; nobody listening would end the process.
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    expect(writes).toBeGreaterThan(0);
    expect(output.listenerCount("error")).toBe(0);
    expect(await run.answer("sign-off", { decision: "approve", by: "bob" })).toEqual({ status: "accepted" });
    expect((await run.verdict).decision).toBe("promote");
  });
});
