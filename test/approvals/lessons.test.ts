import { allOf, inSequence, manualApproval, runGates, startRun } from "release-gates";
import { createHandler } from "release-gates/approvals";
import { virtualClock } from "release-gates/testing";
import { describe, expect, test } from "vitest";
import { custom, gate, release } from "../helpers/gates.js";
import { approvalsWeb, secret, signOff as onTheWeb, url, type ShownForm } from "./web/approvals-web.js";

// What users of other systems suffer from, as far as no other test says it.

const signOff = manualApproval("sign-off", { from: { people: ["ada", "bob"] }, deadline: "4h" });

describe("while a gate waits for people", () => {
  test("no other one is mute: what fails meanwhile rolls back at once", async () => {
    const clock = virtualClock();
    const run = startRun(allOf("all", [signOff, gate("errors", "fail", 60_000)]), { release, clock });
    expect(await clock.settle(run.verdict)).toMatchObject({ decision: "rollback", decidedBy: ["all/errors"] });
  });

  test("what has passed before is not asked again, however many answer and are refused", async () => {
    let asked = 0;
    const probe = custom("probe", ({ pass }) => pass(`asked ${++asked} times`, null));
    const clock = virtualClock();
    const run = startRun(inSequence("all", [probe, signOff]), { release, clock });
    await clock.advance("3h");
    for (const by of ["eve", "mallory", "eve"]) await run.answer("sign-off", { by, decision: "approve" });
    await run.answer("sign-off", { by: "ada", decision: "approve" });
    expect(await clock.settle(run.verdict)).toMatchObject({ decision: "promote" });
    expect(asked).toBe(1);
  });

  test("it has its own deadline, and not that of a step", async () => {
    const clock = virtualClock();
    const run = startRun(signOff, { release, clock });
    await clock.advance("3h");
    expect(await run.answer("sign-off", { by: "ada", decision: "approve" })).toEqual({ status: "accepted" });
    expect((await run.verdict).decision).toBe("promote");
  });
});

describe("an approval", () => {
  test("exempts from nothing: every other gate still counts", async () => {
    const clock = virtualClock();
    const run = startRun(allOf("all", [signOff, gate("errors", "inconclusive", 60_000)]), { release, clock });
    await clock.advance(1);
    await run.answer("sign-off", { by: "ada", decision: "approve" });
    expect(await clock.settle(run.verdict)).toMatchObject({ decision: "hold", decidedBy: ["all/errors"] });
  });

  test("that expired can be asked again for the same release", async () => {
    const clock = virtualClock();
    const first = startRun(signOff, { release, clock });
    expect(await clock.settle(first.verdict)).toMatchObject({ decision: "hold", findings: [{ status: "expired" }] });
    const second = startRun(signOff, { release, clock });
    await clock.advance(1);
    await second.answer("sign-off", { by: "ada", decision: "approve" });
    expect((await second.verdict).decision).toBe("promote");
  });

  test("tells a rejection, an end of its time, and a cancel apart", async () => {
    const clock = virtualClock();
    const [rejected, expired, cancelled] = [1, 2, 3].map(() => startRun(signOff, { release, clock })) as never as [
      ReturnType<typeof startRun>,
      ReturnType<typeof startRun>,
      ReturnType<typeof startRun>,
    ];
    await clock.advance(1);
    await rejected.answer("sign-off", { by: "ada", decision: "reject", comment: "errors are rising" });
    cancelled.cancel("superseded by 2.4.1");
    const verdicts = await clock.settle(Promise.all([rejected, expired, cancelled].map(({ verdict }) => verdict)));
    expect(verdicts.map(({ decision }) => decision)).toEqual(["hold", "hold", "hold"]);
    expect(verdicts.map(({ findings }) => findings[0]?.status)).toEqual(["failed", "expired", "cancelled"]);
    const words = ["errors are rising", "4 h", "superseded by 2.4.1"];
    expect(verdicts.map(({ reason }, index) => reason.includes(words[index] ?? "?"))).toEqual([true, true, true]);
  });

  test("is not asked for where a gate before it has decided", async () => {
    const verdict = await runGates(inSequence("all", [gate("errors", "fail"), signOff]), { release });
    expect(verdict.findings.find(({ gate: path }) => path === "all/sign-off")?.status).toBe("cancelled");
    expect(verdict.decision).toBe("rollback");
  });
});

describe("the handler", () => {
  test("is one of several that agree: what one has taken all of them show, and no form counts twice", async () => {
    await using web = await approvalsWeb();
    const other = createHandler({
      url,
      secret,
      store: web.store,
      authenticate: () => ({ id: "ada" }),
      authorize: () => true,
    });
    const fields = { ...(await web.form("ada")), decision: "approve" };
    expect((await web.post("ada", web.approvalPath, fields)).status).toBe(303);
    const headers = { "sec-fetch-site": "same-origin", cookie: "session=1" };
    const again = { method: "POST", body: new URLSearchParams(fields), headers };
    expect((await other(new Request(`${url}${web.approvalPath}`, again))).status).toBe(422);
    expect(web.votes().filter(({ type }) => type === "gate:answered")).toHaveLength(1);
    const shown = await other(new Request(`${url}${web.approvalPath}`, { headers: { accept: "application/json" } }));
    const { choices } = (await shown.json()) as ShownForm & { readonly choices: readonly string[] };
    expect(choices).toEqual(["reject", "withdraw"]);
  });

  test("has both actions at one address, which names the run and the gate", async () => {
    await using web = await approvalsWeb({}, onTheWeb);
    const page = await (await web.ask("ada", web.approvalPath)).text();
    expect(page).toContain(`action="/approvals/runs/${web.run.id}/approval?gate=sign-off"`);
    expect(page).toMatch(/value="approve"[\s\S]*value="reject"/);
  });
});
