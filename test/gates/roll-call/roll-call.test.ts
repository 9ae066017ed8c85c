import {
  allOf,
  inSequence,
  replay,
  rollCall,
  startRun,
  type ConsumableVerdict,
  type Gate,
  type Release,
  type RollCallConfig,
} from "release-gates";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { changing, gate, release as plainRelease } from "../../helpers/gates.js";
import { refusalOf } from "../../helpers/refusal.js";

const release: Release = { ...plainRelease, artifact: { digest: "sha256:1" } };
const teams = ["development", "qa", "uat"];
const evening = "2030-01-01T20:00:00+02:00";

interface Scene {
  readonly config?: Partial<RollCallConfig>;
  readonly of?: Release;
  readonly around?: (call: Gate) => Gate;
}

async function waiting({ config, of = release, around = (call) => call }: Scene = {}) {
  const clock = virtualClock();
  const settings: RollCallConfig = { roles: teams, atLeast: "2h", deadline: "1d", ...config };
  const call = rollCall("on hand", settings);
  const plan = around(call);
  const run = startRun(plan, { release: of, clock });
  await clock.advance(0);
  const say = (role: string, by: string, more: object = {}) =>
    clock.settle(
      run.answer("on hand", { role, by, roles: [role], contact: `@${by}`, until: "2030-01-01T18:00:00Z", ...more }),
    );
  const leave = (role: string, by: string) => clock.settle(run.answer("on hand", { role, by, leaving: true }));
  const everybody = async (more: object = {}) => {
    for (const [index, role] of teams.entries()) await say(role, ["ada", "bob", "eve"][index] ?? "", more);
  };
  const stateOf = () => run.snapshot().gates.find(({ name }) => name === "on hand");
  return { run, clock, plan, say, leave, everybody, stateOf };
}

const accepted = { status: "accepted" };
const refused = (reason: string) => ({ status: "refused", reason });

describe("rollCall", () => {
  test("passes when somebody of each role has said to be reachable, and names whom to call until when", async () => {
    const { run, say, plan } = await waiting();
    await say("qa", "bob");
    await say("development", "ada", { contact: " +43 660 1234567 ", until: evening });
    await say("uat", "eve");
    const verdict = await run.verdict;
    expect(verdict).toMatchObject({ decision: "promote" });
    expect(verdict.findings[0]).toMatchObject({
      status: "passed",
      reason:
        "reachable: development ada until 2030-01-01T18:00:00.000Z, qa bob until 2030-01-01T18:00:00.000Z, " +
        "uat eve until 2030-01-01T18:00:00.000Z",
      evidence: {
        reachable: [
          { role: "development", by: "ada", contact: "+43 660 1234567", until: "2030-01-01T18:00:00.000Z" },
          { role: "qa", by: "bob", contact: "@bob" },
          { role: "uat", by: "eve" },
        ],
        missing: [],
        call: [
          "development: ada, +43 660 1234567, until 2030-01-01T18:00:00.000Z",
          "qa: bob, @bob, until 2030-01-01T18:00:00.000Z",
          "uat: eve, @eve, until 2030-01-01T18:00:00.000Z",
        ],
        freshUntil: "2030-01-01T16:00:00.000Z",
      },
    });
    expect((await replay(run.record(), plan)).verdict.findings).toEqual(verdict.findings);
  });

  test("shows who is asked, who has answered, and who is waited for", async () => {
    const { run, say, stateOf } = await waiting({ config: { instructions: "The window is from 16:00 to 18:00." } });
    await say("qa", "bob");
    expect(stateOf()).toMatchObject({
      state: "waiting",
      request: {
        type: "roll-call",
        release: { name: "orders", version: "2.4.0", environment: "production" },
        instructions: "The window is from 16:00 to 18:00.",
        roles: [
          { role: "development", from: { people: [], roles: ["development"] } },
          { role: "qa", by: "bob", until: "2030-01-01T18:00:00.000Z" },
          { role: "uat" },
        ],
        missing: ["development", "uat"],
        atLeastMs: 7_200_000,
        summary: "nobody has said to be reachable for development, uat, until 2030-01-02T00:00:00.000Z",
      },
    });
    await run[Symbol.asyncDispose]();
  });

  test.each<[string, string, object, string]>([
    ["ops", "ada", {}, "no ops is asked; the roles: development, qa, uat"],
    ["qa", "mallory", { roles: ["sales"] }, "mallory is not among those who may answer for qa"],
    [
      "qa",
      "bob",
      { until: "2030-01-01T01:59:59Z" },
      "expected somebody who is reachable until 2030-01-01T02:00:00.000Z at least, got 2030-01-01T01:59:59.000Z",
    ],
    ["qa", "bob", { until: "tonight" }, "until: expected an instant with its offset"],
    ["qa", "bob", { until: "2030-01-01T18:00:00" }, "until: expected an instant with its offset"],
    ["qa", "bob", { contact: " " }, "contact: expected how to reach the person"],
    ["qa", "bob", { contact: "a\u001b[2Jb" }, "contact: expected no control or invisible characters"],
    ["qa", "b\u200bob", {}, "by: expected an id without invisible or control characters"],
    ["qa", "bob", { sure: true }, 'Unrecognized key: "sure"'],
    ["qa", "bob", { leaving: false }, "leaving: expected true"],
  ])("refuses an answer for %s by %s with %j, and goes on waiting", async (role, by, more, reason) => {
    const { run, say, stateOf } = await waiting();
    expect(await say(role, by, more)).toEqual({ status: "refused", reason: expect.stringContaining(reason) });
    expect(stateOf()?.state).toBe("waiting");
    await run[Symbol.asyncDispose]();
  });

  test("takes the last word of each role, and keeps all of them", async () => {
    const { run, say, everybody } = await waiting();
    await say("qa", "joe");
    expect(await say("qa", "joe")).toEqual(refused("joe has said so already"));
    await everybody();
    expect((await run.verdict).findings[0]).toMatchObject({
      evidence: { reachable: [{ by: "ada" }, { by: "bob" }, { by: "eve" }], answers: [{ by: "joe" }, {}, {}, {}] },
    });
  });

  test("waits again for the role of somebody who leaves, which nobody else may say", async () => {
    const { run, say, leave, stateOf } = await waiting();
    await say("qa", "bob");
    expect(await leave("qa", "ada")).toEqual(refused("ada is not the one who is reachable for qa"));
    expect(await leave("qa", "BOB")).toEqual(accepted);
    expect(await leave("qa", "bob")).toEqual(refused("bob is not the one who is reachable for qa"));
    expect(stateOf()?.request).toMatchObject({ missing: teams });
    await say("development", "ada");
    await say("uat", "eve");
    expect(stateOf()?.state).toBe("waiting");
    await say("qa", "joe");
    expect((await run.verdict).decision).toBe("promote");
  });

  test("hears who leaves at the same time as the last one comes", async () => {
    const { run, clock, say, stateOf } = await waiting();
    await say("development", "ada");
    await say("qa", "bob");
    const last = { role: "uat", by: "eve", roles: ["uat"], contact: "@eve", until: "2030-01-01T18:00:00Z" };
    const receipts = [run.answer("on hand", last), run.answer("on hand", { role: "qa", by: "bob", leaving: true })];
    expect(await clock.settle(Promise.all(receipts))).toEqual([accepted, accepted]);
    expect(stateOf()).toMatchObject({ state: "waiting", request: { missing: ["qa"] } });
    await say("qa", "joe");
    expect((await run.verdict).decision).toBe("promote");
  });

  test("waits again for somebody whose time is no longer enough, without being told", async () => {
    const { run, clock, say, stateOf } = await waiting();
    await say("development", "ada", { until: "2030-01-01T04:00:00Z" });
    await clock.advance("2h");
    expect(stateOf()?.request).toMatchObject({ missing: ["qa", "uat"] });
    await clock.advance(1);
    expect(stateOf()?.request).toMatchObject({ missing: teams });
    await say("qa", "bob");
    await say("uat", "eve");
    expect(stateOf()?.state).toBe("waiting");
    await say("development", "ada");
    expect((await run.verdict).decision).toBe("promote");
  });

  test("expires at its deadline, and says who was waited for", async () => {
    const { run, clock, say, plan } = await waiting();
    await say("qa", "bob", { until: "2030-01-05T00:00:00Z" });
    await clock.advance("1d");
    const { decision, findings } = await run.verdict;
    expect(decision).toBe("hold");
    expect(findings[0]).toMatchObject({
      status: "expired",
      reason: "no answer within 1 d; nobody has said to be reachable for development, uat",
      evidence: { missing: ["development", "uat"], reachable: [{ by: "bob" }] },
    });
    expect((await replay(run.record(), plan)).verdict.findings).toEqual(findings);
  });

  test("takes answers of named people, and of those who are looked up", async () => {
    let onCall: string[] | null = ["ada"];
    const { run, say, stateOf } = await waiting({
      config: {
        roles: { development: { roles: ["on-call"] }, qa: { people: ["bob"] } },
        members: { "on-call": () => onCall },
      },
    });
    expect(await say("development", "eve", { roles: ["on-call"] })).toEqual(
      refused("eve is not among those who may answer for development"),
    );
    onCall = ["eve"];
    expect(await say("development", "eve", { roles: [] })).toEqual(accepted);
    expect(await say("qa", "ada", { roles: ["qa"] })).toEqual(refused("ada is not among those who may answer for qa"));
    onCall = null;
    await say("qa", "bob").catch(() => undefined);
    expect(stateOf()).toMatchObject({
      finding: {
        status: "errored",
        reason: expect.stringContaining('the group of role "on-call" does not exist any more'),
      },
    });
    await run[Symbol.asyncDispose]();
  });

  test("refuses an answer while its lookup is down, and goes on waiting", async () => {
    let isDown = true;
    const { run, say } = await waiting({
      config: {
        roles: ["on-call"],
        members: {
          "on-call": () => {
            if (isDown) throw new Error("the directory is down");
            return ["ada"];
          },
        },
      },
    });
    expect(await say("on-call", "ada")).toEqual(
      refused("whether ada may answer could not be found out: the directory is down"),
    );
    isDown = false;
    await say("on-call", "ada");
    expect((await run.verdict).decision).toBe("promote");
  });

  test("keeps its record small, whoever answers again and again, and hears that they leave", async () => {
    const { run, say, leave } = await waiting();
    for (let index = 0; index < 20; index++) await say("qa", "bob", { contact: `@bob${index}` });
    expect(await say("qa", "bob")).toEqual(refused("bob has answered 20 times; only that they leave is taken now"));
    expect(await leave("qa", "bob")).toEqual(accepted);
    await run[Symbol.asyncDispose]();
  });

  test.each<[Partial<RollCallConfig>, string]>([
    [{ roles: [] }, "roles: expected from 1 to 20 roles"],
    [{ roles: {} }, "roles: expected from 1 to 20 roles"],
    [{ roles: ["qa", "QA"] }, "roles: expected each role once"],
    [{ roles: { qa: {} } }, "roles: expected somebody who may answer for each role"],
    [{ roles: "qa" as never }, 'roles: expected roles, such as ["development", "qa"]'],
    [{ atLeast: "long" as never }, "atLeast: expected a duration"],
    [{ deadline: undefined as never }, "deadline: expected a duration"],
    [{ members: { ops: () => [] } }, "members.ops: expected a role that may answer, one of: development, qa, uat"],
    [{ members: { qa: [] as never } }, "members.qa: expected a function"],
  ])("is refused with %j", (config, reason) => {
    expect(refusalOf(() => rollCall("on hand", { roles: teams, deadline: "1d", ...config }))).toContain(
      `GATE_CONFIG_INVALID: Invalid config for gate "on hand" (roll-call): ${reason}`,
    );
  });
});

describe("a roll call that has passed", () => {
  const slow = (ms: number) => (call: Gate) => allOf("all", [call, gate("slow", "pass", ms)]);

  test("is called again where somebody is reachable no more, or not for long enough, when the run would promote", async () => {
    const { run, clock, everybody, say, stateOf } = await waiting({ around: slow(17 * 3_600_000) });
    await everybody();
    expect(stateOf()?.finding).toMatchObject({ status: "passed", attempt: 1 });
    await clock.advance("17h");
    expect(stateOf()).toMatchObject({ state: "waiting", request: { missing: teams } });
    await everybody({ until: "2030-01-02T00:00:00Z" });
    expect(await run.verdict).toMatchObject({ decision: "promote", findings: [{}, { attempt: 2 }, {}] });
    expect(await clock.settle(say("qa", "bob").catch(({ code }: { code: string }) => code))).toBe("ANSWER_UNEXPECTED");
  });

  test("counts as long as everybody is reachable for long enough", async () => {
    const { run, clock, everybody } = await waiting({ around: slow(16 * 3_600_000) });
    await everybody();
    await clock.advance("16h");
    expect(await run.verdict).toMatchObject({ decision: "promote", findings: [{}, { attempt: 1 }, {}] });
  });

  test("lets nobody ship with its verdict when somebody is reachable no more", async () => {
    const { run, clock, everybody } = await waiting();
    await everybody();
    const verdict: ConsumableVerdict = await run.verdict;
    await clock.advance("16h");
    await clock.advance(1);
    await expect(verdict.consume({ digest: "sha256:1" })).rejects.toMatchObject({
      message:
        `The verdict of run "${run.id}" cannot be consumed: «on hand» passed until 2030-01-01T16:00:00.000Z, which is over; ` +
        "run the gates again.",
      details: { why: "too-old" },
    });
  });

  test("says whom to call where the release should be rolled back and cannot be", async () => {
    const of = {
      ...release,
      rollback: { possible: false, how: "the schema has changed", contacts: ["head of operations"] },
    };
    const bad = changing("errors", (at) => (at > Date.parse("2030-01-01T00:30:00Z") ? "fail" : "pass"));
    const { run, clock, everybody } = await waiting({
      of,
      around: (call) => inSequence("release", [call, gate("soak", "pass", 3_600_000), bad]),
    });
    await everybody();
    const verdict = await clock.settle(run.verdict);
    const call = [
      "head of operations",
      "development: ada, @ada, until 2030-01-01T18:00:00.000Z",
      "qa: bob, @bob, until 2030-01-01T18:00:00.000Z",
      "uat: eve, @eve, until 2030-01-01T18:00:00.000Z",
    ];
    expect(verdict).toMatchObject({ decision: "hold", insteadOf: "rollback", call });
    expect(verdict.reason).toContain(`cannot be (the schema has changed); call ${call.join(", ")}: `);
    expect(await replay(run.record())).toMatchObject({ isAsRecorded: true, verdict: { call } });
  });

  test("does not make up for contacts, which a release that cannot be rolled back must have", () => {
    expect(
      refusalOf(() =>
        startRun(rollCall("on hand", { roles: teams, deadline: "1d" }), {
          release: { ...release, rollback: { possible: false } },
        }),
      ),
    ).toContain("expected whom to call, as the release cannot be rolled back; got nobody");
  });
});
