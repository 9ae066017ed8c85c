import { ownForm, sendForm, sendJson, type Attack, type HostileCase } from "./hostile-case.js";

const approval = ({ form }: Attack) => ({ decision: "approve", fingerprint: form.fingerprint });

// What a proxy may read as the path of the approval, and the handler does not; and the other way round.
const paths: readonly ((run: string) => string)[] = [
  (run) => `/runs/x/..;/${run}/approval?gate=sign-off`,
  (run) => `/runs/${run}/approval/..;/?gate=sign-off`,
  (run) => `/runs/${run}/approval%2f?gate=sign-off`,
  (run) => `/runs%2F${run}%2Fapproval?gate=sign-off`,
  (run) => `/runs/${run}/%2e%2e%2fapproval?gate=sign-off`,
  (run) => `/runs/${run}/approval%c0%af?gate=sign-off`,
  (run) => `/runs/%c0%ae%c0%ae/${run}/approval?gate=sign-off`,
  (run) => `/runs/${run}/approval%0d%0aX-Person:%20bob?gate=sign-off`,
  (run) => `/runs/${run}/approval%23?gate=sign-off`,
  (run) => `/runs/${run}.json/approval?gate=sign-off`,
  (run) => `/runs/${run}/approval.json?gate=sign-off`,
  (run) => `/runs//${run}/approval?gate=sign-off`,
  (run) => `/runs/${run}//approval?gate=sign-off`,
  (run) => `/runs/*/approval?gate=sign-off&run=${run}`,
  (run) => `/runs/:run/approval?gate=sign-off&run=${run}`,
  (run) => `/runs/${run}/APPROVAL?gate=sign-off`,
  (run) => `/api/runs/${run}/approval;.css?gate=sign-off`,
  (run) => `/runs/${run}/approval?gate=sign-off%23`,
  (run) => `/runs/${run}/approval?gate=sign-off\u200b`,
  (run) => `/runs/${run}/approval?gate=\u202eo-ngis`,
  (run) => `/runs/${run}/approval?gate=sign-off%EF%BF%BD`,
  (run) => `/runs/${run}/approval?gate=%C0%B3ign-off`,
  (run) => `/runs/${run}/approval?gate=sign%2Doff%`,
  (run) => `/runs/${run}/approval?gate=${" ".repeat(9_000)}sign-off`,
  (run) => `/runs/${"a".repeat(199)}!/approval?gate=${run}`,
];

const byPath: readonly HostileCase[] = paths.map((pathOf) => ({
  name: `a whole form to ${pathOf("RUN").slice(0, 60)}`,
  status: 404,
  send: (attack) => sendForm(attack, pathOf(attack.runId), attack.fields),
}));

// The slash is one of the run's id then, and nothing is posted to a run.
const byWholePath: readonly HostileCase[] = ["%5c", "%2f", "\uff0f"].map((slash) => ({
  name: `a whole form to /runs/RUN${slash}approval?gate=sign-off`,
  status: 405,
  send: (attack) => sendForm(attack, `/runs/${attack.runId}${slash}approval?gate=sign-off`, attack.fields),
}));

const bytes: readonly (readonly [name: string, status: number, body: (shown: string) => Uint8Array<ArrayBuffer>])[] = [
  [
    "a slash in two bytes",
    400,
    (shown) => bytesOf(`{"decision":"approve","fingerprint":"${shown}","comment":"`, [0xc0, 0xaf], '"}'),
  ],
  [
    "half of a letter",
    400,
    (shown) => bytesOf(`{"decision":"approve","fingerprint":"${shown}","comment":"`, [0xe2, 0x82], '"}'),
  ],
  [
    "a surrogate in bytes",
    400,
    (shown) => bytesOf(`{"decision":"approve","fingerprint":"${shown}","comment":"`, [0xed, 0xa0, 0x80], '"}'),
  ],
  [
    "a quote in two bytes",
    400,
    (shown) =>
      bytesOf(`{"decision":"reject","comment":"`, [0xc0, 0xa2], `,"decision":"approve","fingerprint":"${shown}"}`),
  ],
  ["a zero behind it", 400, (shown) => bytesOf(`{"decision":"approve","fingerprint":"${shown}"}`, [0], "")],
  [
    "two documents, one a line",
    400,
    (shown) => bytesOf(`{"decision":"reject"}\n{"decision":"approve","fingerprint":"${shown}"}`, [], ""),
  ],
  [
    "a number for nothing",
    400,
    (shown) => bytesOf(`{"decision":"approve","fingerprint":"${shown}","input":NaN}`, [], ""),
  ],
  ["single quotes", 400, (shown) => bytesOf(`{'decision':'approve','fingerprint':'${shown}'}`, [], "")],
  ["a comma too many", 400, (shown) => bytesOf(`{"decision":"approve","fingerprint":"${shown}",}`, [], "")],
];

function bytesOf(before: string, odd: readonly number[], after: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array([...Buffer.from(before), ...odd, ...Buffer.from(after)]);
}

const byBytes: readonly HostileCase[] = bytes.map(([name, status, bodyOf]) => ({
  name: `JSON with ${name}`,
  status,
  send: ({ web, person, path, form }) =>
    web.ask(person, path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: bodyOf(form.fingerprint),
    }),
}));

const fields: readonly (readonly [name: string, change: Readonly<Record<string, unknown>>])[] = [
  ["then", JSON.parse('{"then":"x"}') as Record<string, unknown>],
  ["toString", { toString: "x" }],
  ["hasOwnProperty", { hasOwnProperty: true }],
  ["constructor", { constructor: { prototype: { by: "bob" } } }],
  ["toJSON", { toJSON: "x" }],
  ["length", { length: 9 }],
  ["a name with a zero in it", { "decision\u0000": "approve" }],
  ["a name of wide letters", { ｄecision: "approve" }],
  ["no name", { "": "approve" }],
  ["a comment that is a list", { comment: ["ok"] }],
  ["a checklist that is an object", { checklist: { 0: { step: "x", done: true, evidence: "y" }, length: 1 } }],
  ["a step that is a list", { checklist: [["step", "x"]] }],
  ["a step with its prototype", { checklist: [JSON.parse('{"__proto__":{"done":true},"step":"x","done":false}')] }],
  ["a stand-in that is a list", { onBehalfOf: ["bob"] }],
  ["a token that is an object", { formToken: {} }],
];

const byField: readonly HostileCase[] = fields.map(([name, change]) => ({
  name: `JSON with the odd field ${name}`,
  status: 400,
  send: (attack) => sendJson(attack, attack.path, { ...approval(attack), ...change }),
}));

// These come as far as the gate; each person sends few of them, as what is refused is capped.
const judged: readonly (readonly [person: string, name: string, change: Readonly<Record<string, unknown>>])[] = [
  ["bob", "a time without its offset", { effectiveAt: "2100-01-01T00:00:00" }],
  ["bob", "a time in a year of seven digits", { effectiveAt: "+275760-09-13T00:00:00Z" }],
  ["bob", "a day that there is not", { effectiveAt: "2100-02-30T00:00:00Z" }],
  ["bob", "an offset of days", { effectiveAt: "2100-01-01T00:00:00+99:99" }],
  ["cleo", "a time of many digits", { effectiveAt: `2100-01-01T00:00:00.${"9".repeat(70)}x` }],
  ["cleo", "somebody to stand in for whose name turns around", { onBehalfOf: "\u202ebob" }],
  ["ada", "somebody to stand in for in letters of two alphabets", { onBehalfOf: "bоb" }],
  ["ada", "an input that is null", { input: null }],
];

const byGate: readonly HostileCase[] = judged.map(([person, name, change]) => ({
  name: `JSON with ${name}`,
  status: 422,
  send: (attack) =>
    sendJson({ ...attack, person: attack.person === "mallory" ? "mallory" : person }, attack.path, {
      ...approval(attack),
      ...change,
    }),
}));

const types: readonly string[] = [
  "multipart/form-data",
  "multipart/mixed; boundary=x",
  "application/x-www-form-urlencoded; charset=utf-16",
  "application/x-www-form-urlencoded; charset=utf-8; charset=utf-7",
  "application/json; charset=utf-8; charset=utf-16",
  "application/x-www-form-urlencoded\t; charset=iso-2022-jp",
  "APPLICATION/JSON5",
];

const byType: readonly HostileCase[] = types.map((type) => ({
  name: `a form of the odd type "${type}"`,
  status: 415,
  send: (attack) => sendForm(attack, attack.path, attack.fields, { ...ownForm, "content-type": type }),
}));

const parts: HostileCase = {
  name: "a form in parts, with the fields of a whole one",
  status: 415,
  send: (attack) => {
    const part = ([field, value]: readonly [string, string]) =>
      `--x\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`;
    const body = `${Object.entries(attack.fields).map(part).join("")}--x--\r\n`;
    const headers = { ...ownForm, "content-type": "multipart/form-data; boundary=x" };
    return attack.web.ask(attack.person, attack.path, { method: "POST", headers, body });
  },
};

/** Requests that some reader takes for something else than the handler does. */
export const oddRequestCases: readonly HostileCase[] = [
  ...byPath,
  ...byWholePath,
  ...byBytes,
  ...byField,
  ...byGate,
  ...byType,
  parts,
];
