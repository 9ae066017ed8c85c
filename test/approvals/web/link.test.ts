import { createLink, type LinkOptions } from "release-gates/approvals";
import { describe, expect, test } from "vitest";
import { refusalOf } from "../../helpers/refusal.js";
import { approvalsWeb, secret, url, type ApprovalsWeb } from "./approvals-web.js";

async function linkTo(web: ApprovalsWeb, options: Partial<LinkOptions> = {}): Promise<string> {
  const link = await createLink({ url, secret, runId: web.run.id, gate: "sign-off", expires: "1h", ...options });
  return link.replace(url, "");
}

describe("createLink", () => {
  test("leads whoever is signed in to the approval, as who they are", async () => {
    await using web = await approvalsWeb({ acceptLinkPerson: true });
    const opened = await web.ask("bob", await linkTo(web, { person: "ada" }));
    expect([opened.status, opened.headers.get("location")]).toEqual([303, `/approvals${web.approvalPath}`]);
  });

  test("signs nobody in, unless the handler accepts that", async () => {
    await using web = await approvalsWeb();
    expect((await web.ask(null, await linkTo(web, { person: "ada" }))).status).toBe(401);
    await using accepting = await approvalsWeb({ acceptLinkPerson: true });
    expect((await accepting.ask(null, await linkTo(accepting))).status).toBe(401);
  });

  test("decides nothing by being opened, and takes one vote", async () => {
    await using web = await approvalsWeb({ acceptLinkPerson: true });
    const link = await linkTo(web, { person: "ada" });
    const opened = await Promise.all(Array.from({ length: 100 }, () => web.ask(null, link)));
    expect(opened.every(({ status }) => status === 200)).toBe(true);
    expect(web.votes()).toEqual([]);

    const fields = await formIn(web, link);
    const voted = await web.post(null, link, { ...fields, decision: "approve" });
    expect(voted.status).toBe(303);
    const receipt = (voted.headers.get("location") ?? "").replace("/approvals", "");
    expect(await (await web.ask(null, receipt)).text()).toContain("Your answer was taken.");
    expect(web.votes()).toMatchObject([{ type: "gate:answered", answer: { by: "ada" } }]);

    const again = await formIn(web, link);
    const replayed = await web.post(null, link, { ...again, decision: "withdraw" });
    expect(replayed.status).toBe(409);
    expect(web.votes()).toHaveLength(1);
  });

  test("pressed twice, votes once and says so twice", async () => {
    await using web = await approvalsWeb({ acceptLinkPerson: true });
    const link = await linkTo(web, { person: "ada" });
    const forms = [await formIn(web, link), await formIn(web, link)];
    const sent = await Promise.all(forms.map((form) => web.post(null, link, { ...form, decision: "approve" })));
    expect(sent.map(({ status }) => status)).toEqual([303, 303]);
    expect(web.votes()).toHaveLength(1);
  });

  test("of two who vote by one link at once, one is heard", async () => {
    await using web = await approvalsWeb({ acceptLinkPerson: true });
    const link = await linkTo(web, { person: "ada" });
    const forms = [await formIn(web, link), await formIn(web, link)];
    const sent = await Promise.all(
      forms.map((form, index) => web.post(null, link, { ...form, decision: "approve", comment: `${index}` })),
    );
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([303, 409]));
    expect(web.votes()).toHaveLength(1);
  });

  test("can be used again where its vote was refused", async () => {
    await using web = await approvalsWeb({ acceptLinkPerson: true });
    const link = await linkTo(web, { person: "ada" });
    const refused = await web.post(null, link, { ...(await formIn(web, link)), decision: "reject" });
    expect(refused.status).toBe(422);
    const mended = await web.post(null, link, { ...(await formIn(web, link)), decision: "reject", comment: "no" });
    expect(mended.status).toBe(303);
  });

  test("asks the handler's owner what its person may", async () => {
    await using web = await approvalsWeb({ acceptLinkPerson: true });
    const [closed, unknown] = await Promise.all([
      web.ask(null, await linkTo(web, { person: "mallory" })),
      web.ask(null, await linkTo(web, { person: "mallory", runId: "no such run" })),
    ]);
    expect([closed.status, await closed.text()]).toEqual([unknown.status, await unknown.text()]);
    expect(closed.status).toBe(404);
  });

  test("ends when it says, and with its key", async () => {
    let aheadMs = 0;
    const clock = {
      now: () => Date.now() + aheadMs,
      schedule: (at: number, callback: () => void) => {
        const timer = setTimeout(callback, at - Date.now() - aheadMs);
        return () => clearTimeout(timer);
      },
    };
    await using web = await approvalsWeb({ clock, secret: [`${secret}, the new one`, secret] });
    const link = await linkTo(web, { clock });
    expect((await web.ask("ada", link)).status).toBe(303);
    await using other = await approvalsWeb({ clock, secret: `${secret}, the new one` });
    expect((await other.ask("ada", link)).status).toBe(404);
    aheadMs = 61 * 60_000;
    expect((await web.ask("ada", link)).status).toBe(404);
  });

  test("is made for one handler of several with one secret", async () => {
    await using web = await approvalsWeb({ linkAudience: "staging" });
    expect((await web.ask("ada", await linkTo(web, { audience: "staging" }))).status).toBe(303);
    expect((await web.ask("ada", await linkTo(web, { audience: "production" }))).status).toBe(404);
    expect((await web.ask("ada", await linkTo(web))).status).toBe(404);
  });

  test("is refused where an option is wrong, without the secret", async () => {
    const made = createLink({ url, secret: "hunter2", runId: "r", gate: "g", expires: "1h" });
    const error: unknown = await made.catch((thrown: unknown) => thrown);
    const refused = refusalOf(() => {
      throw error;
    });
    expect(refused).toContain("secret: expected a secret of at least 32 bytes");
    expect(refused).not.toContain("hunter2");
  });
});

async function formIn(web: ApprovalsWeb, link: string): Promise<Record<string, string>> {
  const page = await (await web.ask(null, link)).text();
  const field = (name: string) => new RegExp(`name="${name}"\\s+value="([^"]*)"`).exec(page)?.[1] ?? "";
  return { fingerprint: field("fingerprint"), formToken: field("formToken") };
}
