import { forge, ownForm, sendForm, sendJson, type Attack, type HostileCase } from "./hostile-case.js";

const approval = ({ form }: Attack) => ({ decision: "approve", fingerprint: form.fingerprint });
const cookie = "session=1";

// A browser sends all of these by itself; a proxy may have taken away the one that says most.
const leftovers: readonly (readonly [name: string, value: string])[] = [
  ["sec-fetch-dest", "empty"],
  ["sec-fetch-user", "?1"],
  ["sec-ch-ua", '"Chromium";v="130"'],
  ["sec-purpose", "prefetch"],
  ["sec-gpc", "1"],
];

const ofBrowsers: readonly HostileCase[] = leftovers.map(([name, value]) => ({
  name: `JSON without a token that still has the browser's ${name}`,
  status: 403,
  send: (attack) => sendJson(attack, attack.path, approval(attack), { [name]: value }),
}));

const sites: readonly (readonly [name: string, headers: Readonly<Record<string, string>>])[] = [
  ["that says same-origin in capitals", { "sec-fetch-site": "SAME-ORIGIN" }],
  ["that says same-origin twice", { "sec-fetch-site": "same-origin, same-origin" }],
  ["from our origin in capitals", { origin: "HTTPS://PLATFORM.EXAMPLE" }],
  ["from our origin with its port", { origin: "https://platform.example:443" }],
  ["from two origins", { origin: "https://platform.example, https://evil.example" }],
  ["from our host after a user", { origin: "https://platform.example@evil.example" }],
  ["from our host in look-alike letters", { origin: "https://plаtform.example".replace("а", "%D0%B0") }],
  ["with a host that says it is ours", { host: "platform.example" }],
  ["with a proxy's words for our host", { "x-forwarded-host": "platform.example", forwarded: "host=platform.example" }],
  ["with a token in a header of ours", { "x-csrf-token": "1", "x-requested-with": "XMLHttpRequest" }],
];

const asIfOurs: readonly HostileCase[] = sites.map(([name, headers]) => ({
  name: `a form ${name}`,
  status: 403,
  send: (attack) =>
    sendForm(attack, attack.path, attack.fields, { "content-type": ownForm["content-type"], cookie, ...headers }),
}));

const types: readonly string[] = [
  "application/json, application/x-www-form-urlencoded",
  "application/jsonp",
  "application/vnd.api+json",
  "text/json",
  "application/x-www-form-urlencoded-ish",
];

const otherTypes: readonly HostileCase[] = types.map((type) => ({
  name: `a form of type "${type}"`,
  status: 415,
  send: (attack) => sendForm(attack, attack.path, attack.fields, { ...ownForm, "content-type": type }),
}));

const fields: readonly (readonly [name: string, status: number, change: Readonly<Record<string, unknown>>])[] = [
  ["evidence that nobody was shown", 409, { evidence: "0".repeat(64) }],
  ["evidence that is a path", 409, { evidence: "../../etc/passwd" }],
  ["evidence without end", 413, { evidence: "0".repeat(201) }],
  ["evidence that is a list", 400, { evidence: ["0".repeat(64)] }],
  ["a fingerprint without end", 413, { fingerprint: "0".repeat(201) }],
  ["a fingerprint that is an object", 400, { fingerprint: { $ne: "" } }],
  ["a fingerprint with a line behind it", 409, { fingerprint: `${"0".repeat(64)}\r\nSet-Cookie: a=b` }],
  ["a decision in capitals", 400, { decision: "APPROVE" }],
  ["a decision with a space", 400, { decision: "approve " }],
  ["a decision in wide letters", 400, { decision: "ａｐｐｒｏｖｅ" }],
  ["a decision that is true", 400, { decision: true }],
  ["nothing to withdraw", 422, { decision: "withdraw" }],
  ["a withdrawal for somebody else", 422, { decision: "withdraw", onBehalfOf: "bob" }],
  ["a stand-in for oneself", 422, { onBehalfOf: "root" }],
  ["a stand-in in invisible letters", 422, { onBehalfOf: "bo\u200bb" }],
  ["an approval from the year 1970 on", 422, { effectiveAt: "1970-01-01" }],
  ["an approval for the year 9999", 422, { effectiveAt: "9999-12-31T23:59:59Z" }],
  ["an input that nobody asked for", 422, { input: { $where: "1" } }],
  ["an input that is too large", 413, { input: "a".repeat(17_000) }],
  ["more steps than there are", 413, { checklist: Array.from({ length: 51 }, () => ({ step: "x", done: false })) }],
  ["a step with more in it", 400, { checklist: [{ step: "x", done: true, evidence: "y", by: "bob" }] }],
  ["a key of the record", 400, { messageId: "1", type: "run:decided" }],
  ["a key for what is sent twice", 400, { id: "1", key: "1", jti: "1" }],
];

const inJson: readonly HostileCase[] = fields.map(([name, status, change]) => ({
  name: `JSON with ${name}`,
  status,
  // What the gate itself refuses comes from one person alone: each may send a few at once.
  send: (attack) =>
    sendJson(status === 422 && attack.person === "ada" ? { ...attack, person: "root" } : attack, attack.path, {
      ...approval(attack),
      ...change,
    }),
}));

const encodings: readonly (readonly [
  name: string,
  status: number,
  body: (attack: Attack) => NonNullable<RequestInit["body"]>,
])[] = [
  ["in UTF-16", 400, (attack) => new Uint8Array(Buffer.from(JSON.stringify(approval(attack)), "utf16le"))],
  ["with bytes that are no text", 400, () => new Uint8Array([0xff, 0xfe, 0xfd])],
  ["with a comment behind it", 400, (attack) => `${JSON.stringify(approval(attack))} // ok`],
  ["twice", 400, (attack) => `${JSON.stringify(approval(attack))}${JSON.stringify(approval(attack))}`],
  ["as a script", 400, (attack) => `)]}',\n${JSON.stringify(approval(attack))}`],
];

const encoded: readonly HostileCase[] = encodings.map(([name, status, body]) => ({
  name: `JSON ${name}`,
  status,
  send: (attack) =>
    attack.web.ask(attack.person, attack.path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: body(attack),
    }),
}));

// What stands in front of the handler may have read the other one, or the body as something else.
const twice: readonly (readonly [name: string, more: string])[] = [
  ["two decisions", "&decision=reject"],
  ["two equal decisions", "&decision=approve"],
  ["two fingerprints", `&fingerprint=${"0".repeat(64)}`],
  ["two tokens", "&formToken=another"],
  ["two comments", "&comment=another"],
];

const repeated: readonly HostileCase[] = twice.map(([name, more]) => ({
  name: `a form with ${name}`,
  status: 400,
  send: ({ web, person, path, fields: sent }) =>
    web.ask(person, path, {
      method: "POST",
      headers: ownForm,
      body: `${new URLSearchParams(sent).toString()}${more}`,
    }),
}));

const disguises: readonly (readonly [name: string, headers: Readonly<Record<string, string>>])[] = [
  ["that says that it is compressed", { "content-encoding": "gzip" }],
  ["that says that it is compressed twice", { "content-encoding": "br, gzip" }],
  ["that says that it is in UTF-16", { "content-type": "application/json; charset=utf-16" }],
  ["that says that it is in UTF-7", { "content-type": 'application/json; charset="utf-7"' }],
  ["that says that it is in IBM037", { "content-type": "application/json;charset=ibm037" }],
];

const disguised: readonly HostileCase[] = disguises.flatMap(([name, headers]) => [
  {
    name: `JSON ${name}`,
    status: 415,
    send: (attack) => sendJson(attack, attack.path, approval(attack), headers),
  },
  {
    name: `a form ${name}`,
    status: 415,
    send: (attack) => {
      const type = (headers["content-type"] ?? "").replace(/^[^;]*/, ownForm["content-type"]);
      return sendForm(attack, attack.path, attack.fields, {
        ...ownForm,
        ...headers,
        "content-type": type,
      });
    },
  },
]);

const queries: readonly ((run: string) => string)[] = [
  (run) => `/runs/${run}/approval?gate[]=sign-off`,
  (run) => `/runs/${run}/approval?GATE=sign-off`,
  (run) => `/runs/${run}/approval?gate=other&gate=sign-off`,
  (run) => `/runs/${run}/approval?gate=sign-off&gate=other`,
  (run) => `/runs/${run}/approval?gate=sign-off&gate=sign-off`,
  (run) => `/runs/${run}/approval?gate=sign-off%2F`,
  (run) => `/runs/${run}/approval?gate=%2Fsign-off`,
  (run) => `/runs/${run}/approval?gate=sign%E2%80%90off`,
  (run) => `/runs/${run}/approval?gate=ｓign-off`,
  (run) => `/runs/${run}/approval;gate=sign-off`,
  (run) => `/runs/${run}/approval%3Fgate=sign-off`,
  (run) => `/runs/x/../${run}x/approval?gate=sign-off`,
  (run) => `/runs/${run}/roll-call?gate=sign-off`,
  (run) => `/runs/${run}/acts/waive?gate=sign-off`,
  (run) => `/runs/${run}/acts/vote?gate=sign-off`,
  (run) => `/links/${run}`,
  () => "/webhooks/standard",
  () => "/webhooks/slack",
  () => "/webhooks/standard/../../runs",
];

const byQuery: readonly HostileCase[] = queries.map((pathOf) => ({
  name: `a form to ${pathOf("RUN")}`,
  status: 404,
  send: (attack) => sendForm(attack, pathOf(attack.runId), attack.fields),
}));

const receipt: HostileCase = {
  name: "a form whose token is the receipt of somebody else, sent to the page of that",
  status: 403,
  send: async (attack) => {
    const claims = { person: "bob", run: attack.runId, gate: "sign-off", status: "accepted" };
    const token = await forge(claims, { purpose: "receipt" });
    return sendForm(attack, `${attack.path}&receipt=${token}`, { ...attack.fields, formToken: token });
  },
};

const rareMethods: readonly HostileCase[] = ["PROPFIND", "QUERY", "approve", "patch", "LINK"].map((method) => ({
  name: `a whole form by the method ${method}`,
  status: 404,
  send: (attack) => sendForm(attack, attack.path, attack.fields, ownForm, method),
}));

/** What is smuggled past somebody who looks at one part of a request only. */
export const smuggledCases: readonly HostileCase[] = [
  ...ofBrowsers,
  ...asIfOurs,
  ...otherTypes,
  ...inJson,
  ...encoded,
  ...repeated,
  ...disguised,
  ...byQuery,
  receipt,
  ...rareMethods,
];
