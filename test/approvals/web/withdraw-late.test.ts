import { setImmediate } from "node:timers/promises";
import { allOf, rollCall, type Gate } from "release-gates";
import { describe, expect, test } from "vitest";
import { custom } from "../../helpers/gates.js";
import { approvalsWeb, signOff, type ShownForm } from "./approvals-web.js";

/** A run whose approval ada and bob have given, and in which a gate waits for the deploy to be over. */
async function approved(options: Parameters<typeof approvalsWeb>[0] = {}, gate: Gate = signOff) {
  let deployed = () => {};
  const slow = custom("deployed", async ({ step, pass }) => {
    await step("wait", () => new Promise<void>((resolve) => (deployed = resolve)).then(() => null));
    return pass("it is deployed", null);
  });
  const web = await approvalsWeb(options, allOf("all", [gate, slow]));
  const path = `/runs/${web.run.id}/approval?gate=${encodeURIComponent("all/sign-off")}`;
  const state = (name = "sign-off") => web.run.snapshot().gates.find((one) => one.name === name);
  const sendAs = async (person: string, fields: object, to = path) => {
    const response = await web.ask(person, to, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
    });
    return { status: response.status, said: await response.json() };
  };
  if (gate === signOff) {
    for (const by of ["ada", "bob"]) await web.run.answer("sign-off", { by, decision: "approve" });
    while (state()?.state !== "settled") await setImmediate();
  }
  const end = async () => {
    deployed();
    return web.run.verdict;
  };
  return { web, path, state, sendAs, end, [Symbol.asyncDispose]: () => web[Symbol.asyncDispose]() };
}

const pick = ({ fingerprint, formToken }: ShownForm) => ({ fingerprint, formToken });

describe("whoever approved, once the approval has passed,", () => {
  test("withdraws by the form, and is asked again like everybody else", async () => {
    await using at = await approved();
    const { web, path, state } = at;
    const form = await web.form("ada", path);
    expect(form).toMatchObject({ choices: ["withdraw"], mayStandIn: false });
    const page = await (await web.ask("ada", path)).text();
    expect(page).toContain("Withdraw what I said before");
    expect(page).not.toContain('value="approve"');
    const sent = { ...pick(form), decision: "withdraw", comment: "the error rate rises" };
    expect((await web.post("ada", path, sent)).status).toBe(303);
    expect(state()).toMatchObject({ state: "waiting", request: { votes: [], missing: 2 } });
    expect(await web.form("ada", path)).toMatchObject({ choices: ["approve", "reject"] });
    const run = await (await web.ask("ada", `/runs/${web.run.id}`)).text();
    expect(run.replace(/<[^>]*>/g, "")).toMatch(/Taken back at .*: ada withdrew: the error rate rises\./);
  });

  test("withdraws as a program does, whatever they were shown, and whatever right they have lost", async () => {
    const may = { vote: true };
    await using at = await approved({ authorize: ({ action }) => action === "view" || may.vote });
    may.vote = false;
    const said = { decision: "withdraw", fingerprint: "0".repeat(64) };
    expect(await at.sendAs("ada", said)).toMatchObject({ status: 200, said: { receipt: { status: "accepted" } } });
    expect(at.state()?.state).toBe("waiting");
  });

  test("sends no form that was made for somebody else, and none without its token", async () => {
    await using at = await approved();
    const { web, path, state } = at;
    const theirs = pick(await web.form("bob", path));
    expect((await web.post("ada", path, { ...theirs, decision: "withdraw" })).status).toBe(403);
    const { fingerprint } = await web.form("ada", path);
    expect((await web.post("ada", path, { fingerprint, decision: "withdraw" })).status).toBe(403);
    expect(state()?.state).toBe("settled");
  });

  test.each(["approve", "reject"])("does not %s", async (decision) => {
    await using at = await approved();
    const { fingerprint } = await at.web.form("ada", at.path);
    const sent = await at.sendAs("ada", { decision, fingerprint, comment: "really" });
    expect(sent).toMatchObject({ status: 409, said: { error: { code: "closed" } } });
    expect(at.state()?.state).toBe("settled");
  });

  test("is shown nothing to take back once the run is decided", async () => {
    await using at = await approved();
    const { web, path, end, sendAs } = at;
    const form = await web.form("ada", path);
    expect((await end()).decision).toBe("promote");
    expect(await web.form("ada", path)).toMatchObject({ choices: [], whyNot: "it is not asked any more" });
    expect(await sendAs("ada", { ...pick(form), decision: "withdraw" })).toMatchObject({ status: 409 });
  });
});

test("whoever did not approve withdraws nothing of an approval that has passed", async () => {
  await using at = await approved();
  const { web, path, sendAs, state } = at;
  expect(await web.form("cleo", path)).toMatchObject({ choices: [], whyNot: "it is not asked any more" });
  const { fingerprint } = await web.form("ada", path);
  expect(await sendAs("cleo", { decision: "withdraw", fingerprint })).toMatchObject({ status: 409 });
  expect(state()?.state).toBe("settled");
});

test("a page of an approval that has passed follows the run until that is decided", async () => {
  await using at = await approved();
  const { web, path, end } = at;
  expect(await (await web.ask("cleo", path)).text()).toContain("data-events");
  await end();
  expect(await (await web.ask("cleo", path)).text()).not.toContain("data-events=");
});

test("somebody who is reachable no more says so on the page until the end", async () => {
  const call = rollCall("on hand", { roles: { qa: { people: ["ada", "bob"] } }, deadline: "1d" });
  await using at = await approved({}, call);
  const { web, state, sendAs } = at;
  const path = `/runs/${web.run.id}/roll-call?gate=${encodeURIComponent("all/on hand")}`;
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await web.run.answer("on hand", { role: "qa", by: "ada", contact: "@ada", until });
  while (state("on hand")?.state !== "settled") await setImmediate();
  const form = await web.form("ada", path);
  expect(form).toMatchObject({ reachableFor: ["qa"], answersFor: [] });
  expect(await web.form("bob", path)).toMatchObject({ reachableFor: [] });
  expect(await (await web.ask("ada", path)).text()).toContain("I am reachable for qa no more");
  expect(await sendAs("bob", { fingerprint: form.fingerprint, role: "qa", leaving: true }, path)).toMatchObject({
    status: 409,
  });
  expect((await web.post("ada", path, { ...pick(form), role: "qa", leaving: "true" })).status).toBe(303);
  expect(state("on hand")).toMatchObject({ state: "waiting", request: { missing: ["qa"] } });
});
