import { forge, sendForm, unsigned, type Attack, type Forgery, type HostileCase } from "./hostile-case.js";

function claimsFor({ person, runId, form }: Attack) {
  return { person, run: runId, gate: "sign-off", fingerprint: form.fingerprint };
}

const forged = (name: string, change: Readonly<Record<string, unknown>>, forgery: Forgery = {}): HostileCase => ({
  name: `a form whose token ${name}`,
  status: 403,
  send: async (attack) =>
    sendForm(attack, attack.path, {
      ...attack.fields,
      formToken: await forge({ ...claimsFor(attack), ...change }, forgery),
    }),
});

const broken: readonly (readonly [name: string, of: (token: string) => string])[] = [
  ["is missing", () => ""],
  ["is a word", () => "token"],
  ["is cut off", (token) => token.slice(0, -4)],
  ["has lost its signature", (token) => token.slice(0, token.lastIndexOf(".") + 1)],
  ["has another header", (token) => `e30.${token.split(".").slice(1).join(".")}`],
  ["has a part more", (token) => `${token}.${token}`],
  ["has a space in it", (token) => token.replace(".", " .")],
  ["is very long", () => "e".repeat(100_000)],
];

/** Forms that were not shown to whoever sends them, or not as they are sent. */
export const formTokenCases: readonly HostileCase[] = [
  forged("was made for somebody else", { person: "bob" }),
  forged("was made for another run", { run: "another" }),
  forged("was made for another gate", { gate: "other" }),
  forged("was made for something else that was shown", { fingerprint: "0".repeat(64) }),
  forged("says nothing of a person", { person: undefined }),
  forged("has a list of people", { person: ["ada", "bob"] }),
  forged("has ended", {}, { expires: -10 }),
  forged("never ends", {}, { expires: null }),
  forged("has no id", {}, { jti: null }),
  forged("was signed with another key", {}, { key: "another secret, also of more than 32 bytes" }),
  forged("was signed with an empty-ish key", {}, { key: "\u0000".repeat(32) }),
  forged("was signed with HS384", {}, { alg: "HS384" }),
  forged("was made for another audience", {}, { audience: "https://other.example" }),
  forged("was made as a receipt", {}, { purpose: "receipt" }),
  forged("was made as a link", {}, { purpose: "link" }),
  forged("was made as a button", {}, { purpose: "button" }),
  forged("is any JWT", {}, { typ: "JWT" }),
  {
    name: "a form whose token nobody has signed",
    status: 403,
    send: (attack) => sendForm(attack, attack.path, { ...attack.fields, formToken: unsigned(claimsFor(attack)) }),
  },
  ...broken.map(([name, of]): HostileCase => ({
    name: `a form whose token ${name}`,
    status: 403,
    send: (attack) => sendForm(attack, attack.path, { ...attack.fields, formToken: of(attack.form.formToken) }),
  })),
];
