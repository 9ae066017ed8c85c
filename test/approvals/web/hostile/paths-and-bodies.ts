import { ownForm, sendForm, sendJson, type HostileCase } from "./hostile-case.js";

const paths: readonly ((run: string) => string)[] = [
  () => "/runs/..%2F..%2Fetc%2Fpasswd/approval?gate=sign-off",
  () => "/runs/%2e%2e/approval?gate=sign-off",
  () => "/runs/%252e%252e%252f/approval?gate=sign-off",
  (run) => `//runs/${run}/approval?gate=sign-off`,
  (run) => `/RUNS/${run}/approval?gate=sign-off`,
  (run) => `/runs/${run}%00/approval?gate=sign-off`,
  (run) => `/runs/${run};jsessionid=1/approval?gate=sign-off`,
  (run) => `/runs/${run}:inbox/approval?gate=sign-off`,
  (run) => `/runs/${run}%20/approval?gate=sign-off`,
  (run) => `/runs/%F0%9F/approval?gate=sign-off&run=${run}`,
  (run) => `/runs/${run.toUpperCase()}x/approval?gate=sign-off`,
  () => `/runs/${"a".repeat(5_000)}/approval?gate=sign-off`,
  () => "/runs/__proto__/approval?gate=sign-off",
  (run) => `/runs/${run}/approval?gate=__proto__`,
  (run) => `/runs/${run}/approval?gate=constructor`,
  (run) => `/runs/${run}/approval?gate=../sign-off`,
  (run) => `/runs/${run}/approval?gate=sign-off%00`,
  (run) => `/runs/${run}/approval?gate=sign-off%0d%0aSet-Cookie:%20a=b`,
  (run) => `/runs/${run}/approval?gate=SIGN-OFF`,
  (run) => `/runs/${run}/approval?gate=`,
  (run) => `/runs/${run}/approval`,
  (run) => `/api/api/runs/${run}/approval?gate=sign-off`,
  (run) => `/runs/${run}/approval/vote?gate=sign-off`,
];

const byPath: readonly HostileCase[] = paths.map((pathOf) => ({
  name: `a form to ${pathOf("RUN").slice(0, 60)}`,
  status: 404,
  send: (attack) => sendForm(attack, pathOf(attack.runId), attack.fields),
}));

const bodies: readonly (readonly [name: string, status: number, body: (fingerprint: string) => string])[] = [
  ["no JSON", 400, () => "{"],
  ["nothing", 400, () => ""],
  ["null", 400, () => "null"],
  ["a list", 400, () => "[]"],
  ["a text", 400, () => '"approve"'],
  ["no decision", 400, (fingerprint) => JSON.stringify({ fingerprint })],
  ["another decision", 400, (fingerprint) => JSON.stringify({ decision: "override", fingerprint })],
  ["a list of decisions", 400, (fingerprint) => JSON.stringify({ decision: ["approve"], fingerprint })],
  ["no fingerprint", 400, () => JSON.stringify({ decision: "approve" })],
  ["an empty fingerprint", 400, () => JSON.stringify({ decision: "approve", fingerprint: "" })],
  ["another fingerprint", 409, () => JSON.stringify({ decision: "approve", fingerprint: "0".repeat(64) })],
  [
    "the fingerprint in capitals",
    409,
    (fingerprint) => JSON.stringify({ decision: "approve", fingerprint: fingerprint.toUpperCase() }),
  ],
  [
    "very deep JSON",
    400,
    (fingerprint) =>
      `{"decision":"approve","fingerprint":"${fingerprint}","input":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
  ],
  ["a number for a comment", 400, (fingerprint) => JSON.stringify({ decision: "approve", fingerprint, comment: 1 })],
  [
    "a comment without end",
    413,
    (fingerprint) => JSON.stringify({ decision: "approve", fingerprint, comment: "a".repeat(3_000) }),
  ],
  [
    "a time that is none",
    422,
    (fingerprint) => JSON.stringify({ decision: "approve", fingerprint, effectiveAt: "tomorrow" }),
  ],
  [
    "steps that nobody asked for",
    422,
    (fingerprint) =>
      JSON.stringify({ decision: "approve", fingerprint, checklist: [{ step: "x", done: true, evidence: "y" }] }),
  ],
  ["more than fits", 413, () => JSON.stringify({ decision: "approve", comment: "a".repeat(200_000) })],
];

const byBody: readonly HostileCase[] = bodies.map(([name, status, bodyOf]) => ({
  name: `JSON with ${name}`,
  status,
  send: (attack) => sendJson(attack, attack.path, bodyOf(attack.form.fingerprint)),
}));

const large: readonly HostileCase[] = [
  {
    name: "a form of a megabyte",
    status: 413,
    send: (attack) => sendForm(attack, attack.path, { ...attack.fields, comment: "a".repeat(1_000_000) }),
  },
  {
    name: "a form that says that it is small",
    status: 413,
    send: (attack) =>
      sendForm(
        attack,
        attack.path,
        { ...attack.fields, comment: "a".repeat(200_000) },
        { ...ownForm, "content-length": "10" },
      ),
  },
  {
    name: "a body in pieces, without end",
    status: 413,
    send: ({ web, person, path }) =>
      web.ask(person, path, {
        method: "POST",
        headers: ownForm,
        duplex: "half",
        body: new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(10_000).fill(97)) }),
      }),
  },
];

/** Paths and bodies that are not what they seem. */
export const pathAndBodyCases: readonly HostileCase[] = [...byPath, ...byBody, ...large];
