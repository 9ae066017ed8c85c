import { ownForm, sendForm, type HostileCase } from "./hostile-case.js";

const places = [
  ["the list", () => "/"],
  ["the list in JSON", () => "/api"],
  ["a run", (run: string) => `/runs/${run}`],
  ["its events", (run: string) => `/runs/${run}/events`],
  ["its approval", (run: string) => `/runs/${run}/approval?gate=sign-off`],
  ["its approval in JSON", (run: string) => `/api/runs/${run}/approval?gate=sign-off`],
] as const;

const changing: readonly HostileCase[] = places.flatMap(([name, pathOf]) =>
  ["PUT", "PATCH", "DELETE"].map((method) => ({
    name: `${method} with a whole form to ${name}`,
    status: 405,
    send: (attack) => sendForm(attack, pathOf(attack.runId), attack.fields, ownForm, method),
  })),
);

const postedElsewhere: readonly HostileCase[] = places.slice(0, 4).map(([name, pathOf]) => ({
  name: `POST with a whole form to ${name}`,
  status: 405,
  send: (attack) => sendForm(attack, pathOf(attack.runId), attack.fields),
}));

const asked: readonly HostileCase[] = places.map(([name, pathOf]) => ({
  name: `OPTIONS from another site of ${name}`,
  status: 405,
  send: ({ web, person, runId }) =>
    web.ask(person, pathOf(runId), {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "access-control-request-method": "POST" },
    }),
}));

const overridden: readonly HostileCase[] = ["x-http-method-override", "x-http-method", "x-method-override"].map(
  (header) => ({
    name: `GET of a page that cannot be posted to, with ${header}`,
    status: 405,
    send: (attack) =>
      sendForm(attack, `/runs/${attack.runId}?_method=POST`, attack.fields, { ...ownForm, [header]: "GET" }),
  }),
);

/** Methods that are not for what they ask for. */
export const methodCases: readonly HostileCase[] = [...changing, ...postedElsewhere, ...asked, ...overridden];
