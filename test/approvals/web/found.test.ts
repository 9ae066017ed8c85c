import { advisory, allOf, manualApproval, type Gate } from "release-gates";
import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { custom } from "../../helpers/gates.js";
import { approvalsWeb, signOff, type ApprovalsWeb, type ShownForm } from "./approvals-web.js";

const pathOf = (web: ApprovalsWeb) => `/runs/${web.run.id}/approval?gate=all%2Fsign-off`;

interface Found extends ShownForm {
  readonly evidence?: string;
  readonly found: readonly { readonly path: string; readonly finding: { readonly status: string } }[];
}

/** The approval, when so many gates have answered. */
async function shownWith(web: ApprovalsWeb, count: number): Promise<Found> {
  for (;;) {
    const shown = (await web.form("ada", pathOf(web))) as Found;
    if (shown.found.length === count) return shown;
    await setImmediate();
  }
}

const probe = custom("probe", ({ pass }) => pass("all is well", { seen: "https://dash.example/1" }));
const late = advisory(custom("late", ({ fail }) => fail("3 of 100 are late", { late: 3 })));
const errors = custom("errors", ({ measure, now, pass }) => {
  measure({ name: "errors", value: 0.01, status: "good", bound: "below 0.05", limits: [0.05], at: now() });
  return pass("errors were below 0.05", { samples: 1 });
});

describe("what an approver is asked to rely on", () => {
  test("stands on the page: what speaks against going on first, with evidence and measurements", async () => {
    await using web = await approvalsWeb({}, allOf("all", [probe, errors, late, signOff]));
    const { found } = await shownWith(web, 3);
    expect(found.map(({ finding }) => finding.status)).toEqual(["failed", "passed", "passed"]);
    const page = await (await web.ask("ada", pathOf(web))).text();
    const order = [
      "What was found so far",
      "3 of 100 are late",
      "all is well",
      "errors were below 0.05",
      "<svg",
      "Your answer",
    ];
    expect(order.map((text) => page.indexOf(text))).toEqual(
      order.map((text) => page.indexOf(text)).toSorted((a, b) => a - b),
    );
    expect(order.every((text) => page.includes(text))).toBe(true);
    expect(page).toContain('href="https://dash.example/1"');
  });

  test("folds what has passed where that is much", async () => {
    const many = Array.from({ length: 60 }, (_, index) => custom(`probe ${index}`, ({ pass }) => pass("well", null)));
    await using web = await approvalsWeb({}, allOf("all", [...many, signOff]));
    await shownWith(web, 60);
    expect(await (await web.ask("ada", pathOf(web))).text()).toContain("<summary>60 gates have passed</summary>");
  });

  test("is nothing where nothing has answered yet", async () => {
    await using web = await approvalsWeb();
    expect(await (await web.ask("ada", web.approvalPath)).text()).toContain("No other gate has answered yet.");
  });
});

/** A gate that answers when it is let go. */
function held(): { readonly gate: Gate; readonly letGo: () => void } {
  let letGo = () => {};
  const promise = new Promise<void>((resolve) => (letGo = resolve));
  const gate = custom("errors", async ({ fail }) => {
    await promise;
    return fail("errors are rising", { ratio: 0.2 });
  });
  return { gate: advisory(gate), letGo: () => letGo() };
}

describe("an approval that is bound to evidence", () => {
  const bound = manualApproval("sign-off", {
    from: { people: ["ada", "bob"] },
    quorum: 2,
    deadline: "4h",
    bindEvidence: ["errors"],
  });
  const vote = (web: ApprovalsWeb, fields: object) =>
    web.ask("ada", pathOf(web), {
      method: "POST",
      body: JSON.stringify({ decision: "approve", ...fields }),
      headers: { "content-type": "application/json" },
    });

  test("is not taken on what was found before, and the answer shows what is found now", async () => {
    const { gate, letGo } = held();
    await using web = await approvalsWeb({}, allOf("all", [gate, bound]));
    const { fingerprint, formToken, evidence = "" } = await shownWith(web, 0);
    letGo();
    await shownWith(web, 1);
    const refused = await web.post("ada", pathOf(web), { fingerprint, formToken, evidence, decision: "approve" });
    expect(refused.status).toBe(409);
    const page = await refused.text();
    expect(page).toContain("errors are rising");
    expect(page).not.toContain(evidence);
    const { error, ...now } = (await (await vote(web, { fingerprint, evidence })).json()) as Found & { error: object };
    expect(error).toMatchObject({ code: "changed" });
    expect(web.votes()).toEqual([]);
    expect((await vote(web, { fingerprint, evidence: now.evidence })).status).toBe(200);
  });

  test("is not taken from a program that says nothing of it; a rejection is", async () => {
    await using web = await approvalsWeb({}, allOf("all", [errors, bound]));
    const { fingerprint } = await shownWith(web, 1);
    expect((await vote(web, { fingerprint })).status).toBe(409);
    expect((await vote(web, { fingerprint, decision: "reject", comment: "no" })).status).toBe(200);
  });

  test("is taken as ever where the gate names none", async () => {
    await using web = await approvalsWeb({}, allOf("all", [probe, signOff]));
    const { fingerprint, evidence } = await shownWith(web, 1);
    expect(evidence).toBeUndefined();
    expect((await vote(web, { fingerprint })).status).toBe(200);
  });
});
