import { randomUUID } from "node:crypto";
import { readRecord } from "release-gates";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { actForm, actPath, actPlan, everyAct } from "../acts-plan.js";
import { approvalsWeb, secret, type ApprovalsWeb } from "../approvals-web.js";
import { forge, ownForm, unsigned, type Forgery } from "./hostile-case.js";

interface Shown {
  readonly fingerprint: string;
  readonly formToken: string;
}

/** A run, and forms that ada was shown. */
interface Attack {
  readonly web: ApprovalsWeb;
  /** Whom the attacker is taken for; null is nobody. */
  readonly person: string | null;
  readonly runId: string;
  readonly waive: Shown;
  readonly bypass: Shown;
  readonly vote: Shown;
}

interface ActCase {
  readonly name: string;
  readonly status: number;
  readonly send: (attack: Attack) => Promise<Response>;
}

const late = "release/late";
const waiveOf = ({ runId }: Attack) => actPath(runId, "waive", late);
const bypassOf = ({ runId }: Attack) => actPath(runId, "bypass");
const waiveFields = ({ waive }: Attack) => ({ ...waive, reason: "known", lasts: "1h" });
const bypassFields = ({ bypass }: Attack) => ({ ...bypass, reason: "down", release: "orders 2.4.0" });

const form = (
  { web, person }: Attack,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = ownForm,
  method = "POST",
) => web.ask(person, path, { method, body: new URLSearchParams(fields).toString(), headers });

const json = ({ web, person }: Attack, path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  web.ask(person, path, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
    headers: { "content-type": "application/json", ...headers },
  });

const withoutToken = ({ fingerprint }: Shown) => ({ fingerprint });

const crossSite: readonly ActCase[] = (
  [
    ["from another site", { "sec-fetch-site": "cross-site", origin: "https://evil.example" }],
    ["from a sister site", { "sec-fetch-site": "same-site" }],
    ["as if typed into the address bar", { "sec-fetch-site": "none" }],
    ["from an old browser on another site", { origin: "https://evil.example" }],
    ["with nothing that says where it comes from", {}],
    ["from another port of our host", { origin: "https://platform.example:8443" }],
  ] as const
).flatMap(([name, sent]) => {
  const headers = { "content-type": ownForm["content-type"], cookie: "session=1", ...sent };
  return [
    {
      name: `a waiver by a form ${name}`,
      status: 403,
      send: (attack: Attack) => form(attack, waiveOf(attack), waiveFields(attack), headers),
    },
    {
      name: `a bypass by a form ${name}`,
      status: 403,
      send: (attack: Attack) => form(attack, bypassOf(attack), bypassFields(attack), headers),
    },
  ];
});

const browsersJson: readonly ActCase[] = (
  [
    ["with a session's cookie", { cookie: "session=1" }],
    ["from our own page", { "sec-fetch-site": "same-origin", cookie: "session=1" }],
    ["with a referrer", { referer: "https://evil.example/" }],
  ] as const
).map(([name, headers]) => ({
  name: `a bypass by JSON without a token ${name}`,
  status: 403,
  send: (attack) =>
    json(
      attack,
      bypassOf(attack),
      { ...bypassFields(attack), ...withoutToken(attack.bypass), formToken: undefined },
      headers,
    ),
}));

const claimsFor = ({ runId, bypass }: Attack) => ({
  person: "ada",
  run: runId,
  act: "bypass",
  gate: "",
  fingerprint: bypass.fingerprint,
});

const forged = (name: string, change: Readonly<Record<string, unknown>>, forgery: Forgery = {}): ActCase => ({
  name: `a bypass whose token ${name}`,
  status: 403,
  send: async (attack) =>
    form(attack, bypassOf(attack), {
      ...bypassFields(attack),
      formToken: await forge({ ...claimsFor(attack), ...change }, { purpose: "act", ...forgery }),
    }),
});

const tokens: readonly ActCase[] = [
  forged("was made for somebody else", { person: "bob" }),
  forged("was made for another run", { run: "another" }),
  forged("was made for another act", { act: "cancel" }),
  forged("was made for a gate", { gate: late }),
  forged("was made for something else that was shown", { fingerprint: "0".repeat(64) }),
  forged("says nothing of an act", { act: undefined }),
  forged("has ended", {}, { expires: -10 }),
  forged("never ends", {}, { expires: null }),
  forged("has no id", {}, { jti: null }),
  forged("was signed with another key", {}, { key: "another secret, also of more than 32 bytes" }),
  forged("was made for another audience", {}, { audience: "https://other.example" }),
  forged("was made as the form of a vote", {}, { purpose: "form" }),
  forged("was made as a receipt of an act", {}, { purpose: "act-receipt" }),
  forged("was made as a link", {}, { purpose: "link" }),
  {
    name: "a bypass by a form without any token",
    status: 403,
    send: (attack) => form(attack, bypassOf(attack), { ...bypassFields(attack), formToken: "" }),
  },
  {
    name: "a bypass whose token nobody has signed",
    status: 403,
    send: (attack) =>
      form(attack, bypassOf(attack), { ...bypassFields(attack), formToken: unsigned(claimsFor(attack)) }),
  },
  {
    name: "a bypass with the token of the vote that was shown",
    status: 403,
    send: (attack) => form(attack, bypassOf(attack), { ...bypassFields(attack), formToken: attack.vote.formToken }),
  },
  {
    name: "a bypass with the token of a waiver that was shown",
    status: 403,
    send: (attack) => form(attack, bypassOf(attack), { ...bypassFields(attack), formToken: attack.waive.formToken }),
  },
  {
    name: "a vote with the token of a bypass that was shown",
    status: 403,
    send: (attack) =>
      form(attack, `/runs/${attack.runId}/approval?gate=release%2Fsign-off`, {
        decision: "approve",
        fingerprint: attack.vote.fingerprint,
        formToken: attack.bypass.formToken,
      }),
  },
  {
    name: "the form of somebody else",
    status: 403,
    send: (attack) =>
      form(
        { ...attack, person: attack.person === "mallory" ? "mallory" : "bob" },
        waiveOf(attack),
        waiveFields(attack),
      ),
  },
];

const bodies: readonly ActCase[] = (
  [
    ["no reason", 400, { reason: undefined }],
    ["a reason of spaces", 400, { reason: "  " }],
    ["a reason without end", 413, { reason: "a".repeat(1_001) }],
    ["no release typed again", 400, { release: undefined }],
    ["another release typed again", 400, { release: "orders 2.4.1" }],
    ["the release in capitals", 400, { release: "ORDERS 2.4.0" }],
    ["a script for a link", 400, { link: "javascript:alert(1)" }],
    ["a link with a password", 400, { link: "https://a:b@x.example" }],
    ["a word for who does it", 400, { by: "grace" }],
    ["roles of its own", 400, { roles: ["sre"] }],
    ["an end, as a waiver has", 400, { expires: "2030-01-01T00:00:00Z" }],
    ["another fingerprint", 409, { fingerprint: "0".repeat(64) }],
    ["a list for a fingerprint", 400, { fingerprint: ["a"] }],
    ["no fingerprint", 400, { fingerprint: undefined }],
    ["more than fits", 413, { reason: "a".repeat(200_000) }],
  ] as const
).map(([name, status, change]) => ({
  name: `a bypass by JSON with ${name}`,
  status,
  send: (attack) =>
    json(attack, bypassOf(attack), {
      ...withoutToken(attack.bypass),
      reason: "down",
      release: "orders 2.4.0",
      ...change,
    }),
}));

const waivers: readonly ActCase[] = (
  [
    ["no end", 400, { lasts: undefined }],
    ["two ends", 400, { expires: "2999-01-01T00:00:00Z" }],
    ["an end without a time zone", 400, { lasts: undefined, expires: "2999-01-01T00:00:00" }],
    ["no time at all", 400, { lasts: "0s" }],
    ["a time below nothing", 400, { lasts: "-1h" }],
    ["for ever", 422, { lasts: "9000d" }],
    ["an end that is past", 422, { lasts: undefined, expires: "2001-01-01T00:00:00Z" }],
    ["a gate of its own", 400, { gate: "release" }],
    ["releases of its own", 400, { release: { name: "orders" } }],
    ["no JSON", 400, "{"],
    ["a list", 400, "[]"],
    ["very deep JSON", 400, `{"reason":${"[".repeat(20_000)}${"]".repeat(20_000)}}`],
    ["two reasons", 400, '{"fingerprint":"x","reason":"known","reason":"unknown","lasts":"1h"}'],
    ["the prototype", 400, '{"__proto__":{"reason":"x"},"constructor":{"prototype":{}}}'],
  ] as const
).map(([name, status, change]) => ({
  name: `a waiver by JSON with ${name}`,
  status,
  send: (attack) => {
    const whole = { ...withoutToken(attack.waive), reason: "known", lasts: "1h" };
    return json(attack, waiveOf(attack), typeof change === "string" ? change : { ...whole, ...change });
  },
}));

const places: readonly ActCase[] = (
  [
    ["a gate that is not there", "waive?gate=release%2Fnobody"],
    ["a gate that is not named", "waive"],
    ["a gate by its last name", "waive?gate=late"],
    ["a gate above it by dots", "waive?gate=release%2F..%2Frelease%2Flate"],
    ["the prototype", "waive?gate=__proto__"],
    ["a round of a gate", "waive?gate=release%2Flate%231"],
    ["a bypass of one gate", "bypass?gate=release%2Flate"],
    ["an act that is none", "promote"],
    ["an act in capitals", "BYPASS"],
    ["an act with a slash", "bypass%2F..%2Fbypass"],
  ] as const
).map(([name, place]) => ({
  name: `a form to ${name}`,
  status: 404,
  send: (attack) => form(attack, `/runs/${attack.runId}/acts/${place}`, bypassFields(attack)),
}));

const reading: readonly ActCase[] = (["GET", "HEAD"] as const).map((method) => ({
  name: `${method} with everything in its query`,
  status: 200,
  send: (attack) => {
    const query = new URLSearchParams({ ...bypassFields(attack), act: "bypass" }).toString();
    return attack.web.ask(attack.person, `${bypassOf(attack)}?${query}`, { method });
  },
}));

const others: readonly ActCase[] = [
  ...["PUT", "PATCH", "DELETE", "OPTIONS"].map((method) => ({
    name: `${method} with a whole form`,
    status: 405,
    send: (attack: Attack) => form(attack, bypassOf(attack), bypassFields(attack), ownForm, method),
  })),
  ...["multipart/form-data; boundary=x", "text/plain", "application/xml"].map((type) => ({
    name: `a body of type ${type}`,
    status: 415,
    send: (attack: Attack) =>
      form(attack, bypassOf(attack), bypassFields(attack), { ...ownForm, "content-type": type }),
  })),
  {
    name: "a form with two reasons",
    status: 400,
    send: (attack) =>
      attack.web.ask(attack.person, bypassOf(attack), {
        method: "POST",
        body: `${new URLSearchParams(bypassFields(attack)).toString()}&reason=another`,
        headers: ownForm,
      }),
  },
  {
    name: "a receipt that was made up",
    status: 200,
    send: (attack) => attack.web.ask(attack.person, `${bypassOf(attack)}?receipt=e30.e30.e30`),
  },
];

// Whoever comes by these is nobody: the link would have to say who they are, and it says that for one approval alone.
const links: readonly ActCase[] = (["waive", "uphold", "bypass", "cancel"] as const).map((act) => ({
  name: `somebody with nothing but a signed link, who wants to ${act}`,
  status: 401,
  send: async (attack) => {
    const token = await forge(
      { run: attack.runId, gate: "release/sign-off", person: "ada" },
      { purpose: "link", key: secret },
    );
    const gate = act === "waive" || act === "uphold" ? late : undefined;
    const path = actPath(attack.runId, act, gate);
    const headers = { ...ownForm, authorization: `Bearer ${token}` };
    return form({ ...attack, person: null }, path, { ...bypassFields(attack), token, link: token }, headers);
  },
}));

const throughLinks: readonly ActCase[] = (["", "/acts/bypass"] as const).map((ending) => ({
  name: `a bypass sent to a signed link${ending}`,
  status: ending === "" ? 400 : 401,
  send: async (attack) => {
    const token = await forge(
      { run: attack.runId, gate: "release/sign-off", person: "bob" },
      { purpose: "link", jti: randomUUID() },
    );
    return form({ ...attack, person: null }, `/links/${token}${ending}`, bypassFields(attack));
  },
}));

const seen: readonly ActCase[] = [
  ...crossSite,
  ...browsersJson,
  ...tokens,
  ...bodies,
  ...waivers,
  ...places,
  ...others,
  ...reading,
];
const cases: readonly ActCase[] = [...seen, ...links, ...throughLinks];

describe("a hostile client who wants to act on a run", () => {
  let web: ApprovalsWeb;
  const answers = new Map<string, number>();
  const ofKnown = new Map<string, unknown>();
  const ofUnknown = new Map<string, unknown>();

  beforeAll(async () => {
    web = await approvalsWeb({ ...everyAct, acceptLinkPerson: true, rates: { perPerson: 1_000_000 } }, actPlan);
    const { id } = web.run;
    const shown = {
      web,
      waive: await actForm(web, "ada", actPath(id, "waive", late)),
      bypass: await actForm(web, "ada", actPath(id, "bypass")),
      vote: await web.form("ada", `/runs/${id}/approval?gate=release%2Fsign-off`),
    };
    // Those that come to the run's inbox must be answered by the run, which takes them one after the other.
    await Promise.all(
      cases.map(async ({ name, send }) => {
        answers.set(name, (await send({ ...shown, person: "ada", runId: id })).status);
      }),
    );
    await Promise.all(
      seen.map(async ({ name, send }) => {
        // Somebody who may not see the run, asking for it, and for one that is not there.
        for (const [into, runId] of [
          [ofKnown, id],
          [ofUnknown, randomUUID()],
        ] as const) {
          const response = await send({ ...shown, person: "mallory", runId });
          into.set(name, [response.status, Object.fromEntries(response.headers), await response.text()]);
        }
      }),
    );
  });

  afterAll(() => web[Symbol.asyncDispose]());

  test("tries at least 40 things, each of another name", () => {
    expect(cases.length).toBeGreaterThanOrEqual(40);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  test.each(cases)("is answered with $status: $name", ({ name, status }) => {
    expect(answers.get(name)).toBe(status);
  });

  test.each(seen)("does not learn whether a run exists: $name", ({ name }) => {
    expect(ofKnown.get(name)).toEqual(ofUnknown.get(name));
  });

  test("does nothing by all of that", () => {
    const types = new Set(readRecord(web.run.record()).map(({ type }) => type));
    for (const type of [
      "gate:waived",
      "gate:upheld",
      "run:bypassed",
      "run:cancelled",
      "gate:answered",
      "run:decided",
    ]) {
      expect(types).not.toContain(type);
    }
  });
});
