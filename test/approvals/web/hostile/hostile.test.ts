import { createHash, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { approvalsWeb, type ApprovalsWeb } from "../approvals-web.js";
import { crossSiteCases } from "./cross-site.js";
import { formTokenCases } from "./form-tokens.js";
import type { Attack, HostileCase } from "./hostile-case.js";
import { linkCases } from "./links.js";
import { methodCases } from "./methods.js";
import { namedTwiceCases } from "./named-twice.js";
import { oddRequestCases } from "./odd-requests.js";
import { pathAndBodyCases } from "./paths-and-bodies.js";
import { peopleCases } from "./people.js";
import { smuggledCases } from "./smuggled.js";

const cases: readonly HostileCase[] = [
  ...methodCases,
  ...crossSiteCases,
  ...formTokenCases,
  ...linkCases,
  ...peopleCases,
  ...pathAndBodyCases,
  ...smuggledCases,
  ...namedTwiceCases,
  ...oddRequestCases,
];

interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

describe("a hostile client", () => {
  let web: ApprovalsWeb;
  const answers = new Map<string, Told>();
  const ofKnown = new Map<string, Told>();
  const ofUnknown = new Map<string, Told>();

  beforeAll(async () => {
    web = await approvalsWeb({ acceptLinkPerson: true, rates: { perPerson: 1_000_000, perAddress: 1_000_000 } });
    const form = await web.form("ada");
    const fields = { fingerprint: form.fingerprint, formToken: form.formToken, decision: "approve", comment: "ok" };
    const attackOn = (runId: string, person: string): Attack => ({
      web,
      person,
      runId,
      path: `/runs/${runId}/approval?gate=sign-off`,
      fields,
      form,
    });
    const send = async (attack: Attack, into: Map<string, Told>) => {
      await Promise.all(cases.map(async ({ name, send: sent }) => into.set(name, await toldBy(await sent(attack)))));
    };
    await send(attackOn(web.run.id, "ada"), answers);
    // Somebody who may not see the run, asking for it, and for one that is not there.
    await send(attackOn(web.run.id, "mallory"), ofKnown);
    await send(attackOn(randomUUID(), "mallory"), ofUnknown);
  });

  afterAll(() => web[Symbol.asyncDispose]());

  test("tries at least 300 things, each of another name", () => {
    expect(cases.length).toBeGreaterThanOrEqual(300);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  test.each(cases)("is refused with $status: $name", ({ name, status }) => {
    expect(answers.get(name)?.status).toBe(status);
  });

  test.each(cases)("does not learn whether a run exists: $name", ({ name }) => {
    expect(ofKnown.get(name)).toEqual(ofUnknown.get(name));
  });

  test("decides nothing by all of that", async () => {
    expect(web.votes().filter(({ type }) => type === "gate:answered")).toEqual([]);
    expect(web.run.snapshot().gates.map(({ state }) => state)).toEqual(["waiting"]);
    expect((await web.store.read(web.run.id)).join("")).not.toContain("run:decided");
  });

  test.each(cases)("gets every header that protects a browser: $name", ({ name }) => {
    expect(answers.get(name)?.headers).toMatchObject({
      "cache-control": "no-store",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "content-security-policy": expect.stringContaining("default-src 'none'") as string,
    });
  });
});

async function toldBy(response: Response): Promise<Told> {
  const body = await response.text();
  const { status } = response;
  return {
    status,
    headers: Object.fromEntries(response.headers),
    body: createHash("sha256").update(body).digest("hex"),
  };
}
