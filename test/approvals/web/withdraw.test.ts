import { manualApproval } from "release-gates";
import { describe, expect, test } from "vitest";
import { approvalsWeb } from "./approvals-web.js";

/** Ada has approved, and lost the right to vote; bob never had it. */
async function lost() {
  const may = { vote: true, view: true };
  const refused: string[] = [];
  const web = await approvalsWeb({
    authorize: ({ action, person }) => (action === "view" ? may.view : may.vote && person.id !== "bob"),
    onRefused: ({ code }) => void refused.push(code),
  });
  await web.run.answer("sign-off", { decision: "approve", by: "ada" });
  may.vote = false;
  const send = async (person: string, fields: object) => {
    const response = await web.ask(person, web.approvalPath, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(fields),
    });
    return { status: response.status, said: await response.json() };
  };
  return { web, may, refused, send, [Symbol.asyncDispose]: () => web[Symbol.asyncDispose]() };
}

describe("whoever may not vote any more", () => {
  test("withdraws what they said by the form, once, and is shown nothing else to say", async () => {
    await using at = await lost();
    const { web } = at;
    const form = await web.form("ada");
    expect(form).toMatchObject({ choices: ["withdraw"], mayStandIn: false });
    expect((await web.post("ada", web.approvalPath, { ...pick(form), decision: "withdraw" })).status).toBe(303);
    expect(web.run.snapshot().gates[0]?.request).toMatchObject({ missing: 2, votes: [] });
    expect(await web.form("ada")).toMatchObject({ choices: [], whyNot: "you may look, and not vote" });
    expect(await at.send("ada", { ...pick(form), decision: "withdraw" })).toMatchObject({ status: 403 });
  });

  test("withdraws as a program does, whatever they were shown", async () => {
    await using at = await lost();
    expect(await at.send("ada", { decision: "withdraw", fingerprint: "0".repeat(64) })).toMatchObject({
      status: 200,
      said: { receipt: { status: "accepted" } },
    });
  });

  test.each(["approve", "reject"])("does not %s", async (decision) => {
    await using at = await lost();
    const { fingerprint } = await at.web.form("ada");
    const sent = await at.send("ada", { decision, fingerprint, comment: "really" });
    expect(sent).toMatchObject({ status: 403, said: { error: { code: "may-not-vote" } } });
    expect(at.refused).toEqual(["may-not-vote"]);
    expect(at.web.votes()).toHaveLength(1);
  });

  test("withdraws nothing for somebody else, and nothing where they said nothing", async () => {
    await using at = await lost();
    const { fingerprint } = await at.web.form("ada");
    expect(await at.send("bob", { decision: "withdraw", fingerprint })).toMatchObject({ status: 403 });
    const forAda = await at.send("ada", { decision: "withdraw", fingerprint, onBehalfOf: "cleo" });
    expect(forAda).toMatchObject({ status: 422 });
    expect(at.web.run.snapshot().gates[0]?.request).toMatchObject({ missing: 1 });
  });

  test("is told that there is nothing where they may not see the run either", async () => {
    await using at = await lost();
    const { fingerprint } = await at.web.form("ada");
    at.may.view = false;
    expect(await at.send("ada", { decision: "withdraw", fingerprint })).toMatchObject({ status: 404 });
  });

  test("withdraws no more when the gate has settled", async () => {
    await using at = await lost();
    const { fingerprint } = await at.web.form("ada");
    await at.web.run.answer("sign-off", { decision: "approve", by: "bob" });
    await at.web.run.verdict;
    expect(await at.send("ada", { decision: "withdraw", fingerprint })).toMatchObject({ status: 403 });
  });
});

test("a vote that somebody gave for a person is theirs to withdraw on the page", async () => {
  const standIn = manualApproval("sign-off", {
    from: { people: ["ada", "bob"] },
    quorum: 2,
    delegation: () => true,
    deadline: "4h",
  });
  await using web = await approvalsWeb({}, standIn);
  await web.run.answer("sign-off", { decision: "approve", by: "zoe", onBehalfOf: "ada" });
  expect(await web.form("ada")).toMatchObject({ choices: ["approve", "reject", "withdraw"] });
});

function pick({ fingerprint, formToken }: { readonly fingerprint: string; readonly formToken: string }) {
  return { fingerprint, formToken };
}
