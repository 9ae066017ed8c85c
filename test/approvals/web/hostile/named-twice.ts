import { ownForm, sendForm, sendJson, type HostileCase } from "./hostile-case.js";

// Of two fields of one name each reader takes another one: what stands before the handler may have read the rejection.
const bodies: readonly (readonly [name: string, body: (fingerprint: string) => string])[] = [
  ["two decisions", (shown) => `{"decision":"reject","decision":"approve","fingerprint":"${shown}"}`],
  ["two equal decisions", (shown) => `{"decision":"approve","decision":"approve","fingerprint":"${shown}"}`],
  [
    "a decision in other letters",
    (shown) => `{"\\u0064ecision":"reject","decision":"approve","fingerprint":"${shown}"}`,
  ],
  [
    "a decision far away",
    (shown) => `{"decision":"reject" , "fingerprint":"${shown}","comment":"\\":" ,\n"decision"\t: "approve"}`,
  ],
  ["two fingerprints", (shown) => `{"decision":"approve","fingerprint":"${"0".repeat(64)}","fingerprint":"${shown}"}`],
  ["two comments", (shown) => `{"decision":"approve","fingerprint":"${shown}","comment":"no","comment":"yes"}`],
  [
    "two people to stand in for",
    (shown) => `{"decision":"approve","fingerprint":"${shown}","onBehalfOf":"bob","onBehalfOf":"cleo"}`,
  ],
  [
    "a step both done and not",
    (shown) =>
      `{"decision":"approve","fingerprint":"${shown}","checklist":[{"step":"x","done":false,"done":true,"evidence":"y"}]}`,
  ],
  [
    "an input of two tickets",
    (shown) => `{"decision":"approve","fingerprint":"${shown}","input":{"a":[{"ticket":"1","ticket":"2"}]}}`,
  ],
  [
    "two prototypes",
    (shown) => `{"decision":"approve","fingerprint":"${shown}","input":{"__proto__":1,"__proto__":2}}`,
  ],
];

const inJson: readonly HostileCase[] = bodies.map(([name, bodyOf]) => ({
  name: `JSON that names twice: ${name}`,
  status: 400,
  send: (attack) => sendJson(attack, attack.path, bodyOf(attack.form.fingerprint)),
}));

const inForm: HostileCase = {
  name: "a form whose input names a ticket twice",
  status: 400,
  send: (attack) => sendForm(attack, attack.path, { ...attack.fields, input: '{"ticket":"1","ticket":"2"}' }, ownForm),
};

/** JSON in which a field stands twice. */
export const namedTwiceCases: readonly HostileCase[] = [...inJson, inForm];
