import { forge, ownForm, unsigned, type Attack, type Forgery, type HostileCase } from "./hostile-case.js";

function claimsFor({ runId }: Attack) {
  return { run: runId, gate: "sign-off", person: "ada" };
}

// Whoever opens these is nobody: the link itself would have to say who they are.
function bothWays(name: string, token: (attack: Attack) => string | Promise<string>): readonly HostileCase[] {
  return [
    {
      name: `opening a link that ${name}`,
      status: 404,
      send: async (attack) => attack.web.ask(null, `/links/${await token(attack)}`),
    },
    {
      name: `voting by a link that ${name}`,
      status: 404,
      send: async (attack) =>
        attack.web.ask(null, `/links/${await token(attack)}`, {
          method: "POST",
          body: new URLSearchParams(attack.fields).toString(),
          headers: ownForm,
        }),
    },
  ];
}

const forged = (name: string, forgery: Forgery, change: Readonly<Record<string, unknown>> = {}) =>
  bothWays(name, (attack) => forge({ ...claimsFor(attack), ...change }, { purpose: "link", ...forgery }));

/** Links that the handler's owner has not made. */
export const linkCases: readonly HostileCase[] = [
  ...forged("has ended", { expires: -10 }),
  ...forged("never ends", { expires: null }),
  ...forged("was made for another audience", { audience: "https://other.example" }),
  ...forged("was signed with another key", { key: "another secret, also of more than 32 bytes" }),
  ...forged("was signed with HS512", { alg: "HS512", key: "x".repeat(64) }),
  ...forged("was made as a form", { purpose: "form" }),
  ...forged("has no id", { jti: null }),
  ...forged("leads to no gate", {}, { gate: undefined }),
  ...forged("leads to another run", {}, { run: "another" }),
  ...forged("leads to another gate", {}, { gate: "other" }),
  ...bothWays("nobody has signed", (attack) => unsigned(claimsFor(attack))),
  ...bothWays("is a word", () => "token"),
  ...bothWays("is a path", () => "..%2F..%2Fruns"),
];
