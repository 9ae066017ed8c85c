import { sendForm, sendJson, type Attack, type HostileCase } from "./hostile-case.js";

const claims: readonly Readonly<Record<string, unknown>>[] = [
  { by: "ada" },
  { by: "ada", roles: ["sre"] },
  { roles: ["sre"] },
  { person: "ada" },
  { person: { id: "ada", roles: ["sre"] } },
  { id: "ada" },
  { user: "ada", action: "vote" },
  { at: "2030-01-01T00:00:00Z", level: 9 },
  { lapsed: "no" },
];

const inBodies: readonly HostileCase[] = claims.map((claim) => ({
  name: `JSON that says of its sender: ${JSON.stringify(claim)}`,
  status: 400,
  send: (attack) =>
    sendJson(attack, attack.path, { decision: "approve", fingerprint: attack.form.fingerprint, ...claim }),
}));

const proto: HostileCase = {
  name: "JSON that reaches for the prototype",
  status: 400,
  send: (attack) =>
    sendJson(
      attack,
      attack.path,
      `{"decision":"approve","fingerprint":"${attack.form.fingerprint}","__proto__":{"by":"ada"},"constructor":{"prototype":{"by":"ada"}}}`,
    ),
};

/** Those who look like somebody: the gate hears them, and refuses. */
const looks: readonly (readonly [name: string, id: string])[] = [
  ["the requester", "grace"],
  ["the requester in capitals", "GRACE"],
  ["the requester in wide letters", "ｇｒａｃｅ"],
  ["ada in Cyrillic letters alone", "аԁа"],
  ["bob in Greek letters alone", "βοβ"],
  ["ada with an accent", "adá"],
  ["somebody unknown", "eve"],
  ["somebody with the role as a name", "sre"],
  ["somebody whose name is a list", "ada,bob"],
];

// A vote that carries the fingerprint itself, as a program sends it.
const vote = ({ form }: Attack) => ({ decision: "approve", fingerprint: form.fingerprint });

const asOthers: readonly HostileCase[] = looks.map(([name, id]) => ({
  name: `the vote of ${name}`,
  status: 422,
  send: (attack) =>
    sendJson({ ...attack, person: attack.person === "mallory" ? "mallory" : id }, attack.path, vote(attack)),
}));

const untold: readonly (readonly [name: string, id: string])[] = [
  ["an invisible letter", "ad\u200ba"],
  ["a mark that turns the direction", "\u202eada"],
  ["a control character", "ada\u0007"],
  ["two alphabets in a word", "аda"],
  ["nothing in it", "  "],
  ["more letters than a name has", "a".repeat(300)],
];

const asNobody: readonly HostileCase[] = untold.map(([name, id]) => ({
  name: `somebody whose id has ${name}`,
  status: 401,
  send: (attack) => sendJson({ ...attack, person: id }, attack.path, vote(attack)),
}));

const standIns: readonly HostileCase[] = ["ada", "bob", "grace"].map((other) => ({
  name: `a vote on behalf of ${other}, without any rule that allows it`,
  status: 422,
  send: (attack) =>
    sendJson({ ...attack, person: attack.person === "mallory" ? "mallory" : "cleo" }, attack.path, {
      ...vote(attack),
      onBehalfOf: other,
    }),
}));

const formClaims: readonly HostileCase[] = ["by", "roles", "x-person", "person"].map((field) => ({
  name: `the form of somebody else, with the field ${field}`,
  status: 403,
  send: (attack) =>
    sendForm({ ...attack, person: attack.person === "mallory" ? "mallory" : "cleo" }, attack.path, {
      ...attack.fields,
      [field]: "bob",
    }),
}));

/** Those who say that they are somebody else. */
export const peopleCases: readonly HostileCase[] = [
  ...inBodies,
  proto,
  ...asOthers,
  ...asNobody,
  ...standIns,
  ...formClaims,
];
