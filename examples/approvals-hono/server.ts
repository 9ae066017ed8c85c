// An internal platform on which people answer approvals, mounted in Hono. Starts, lets two people vote, and ends by itself.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { manualApproval, startRun } from "release-gates";
import { createHandler } from "release-gates/approvals";
import { memoryStore } from "release-gates/stores";

const app = new Hono();
const server = createAdaptorServer({ fetch: (request: Request) => app.fetch(request) });
server.listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/approvals`;

// Whoever calls has a token that your platform gave them. Here two people have one.
const people = new Map([
  ["token of ada", { id: "ada", roles: ["sre"] }],
  ["token of bob", { id: "bob", roles: ["sre"] }],
]);

// In production: fileStore or postgresStore, so that the deploy script and this server are two processes.
const store = memoryStore();
const approvals = createHandler({
  url,
  store,
  secret: randomBytes(32),
  authenticate: (request) => people.get(request.headers.get("authorization")?.replace("Bearer ", "") ?? "") ?? null,
  authorize: ({ person }) => person.roles?.includes("sre") ?? false,
});
app.all("/approvals/*", (context) => approvals(context.req.raw));

// The deploy script, which needs nothing but the store.
const signOff = manualApproval("sign-off", { from: { roles: ["sre"] }, quorum: 2, deadline: "4h" });
const release = { name: "orders", version: "2.4.0", environment: "production", requestedBy: "grace" };
const run = startRun(signOff, { release, store });

const page = `${url}/runs/${run.id}/approval?gate=sign-off`;
for (const person of ["ada", "bob"]) {
  const headers = {
    accept: "application/json",
    authorization: `Bearer token of ${person}`,
    "content-type": "application/json",
  };
  const shown = (await (await fetch(page, { headers })).json()) as {
    fingerprint: string;
    request: { summary: string };
  };
  console.log(`${person} is shown: ${shown.request.summary.replace(/, until.*/, "")}`);
  const body = JSON.stringify({ decision: "approve", fingerprint: shown.fingerprint });
  const voted = await fetch(page, { method: "POST", headers, body });
  console.log(`${person} votes: ${voted.status} ${await voted.text()}`);
}
const stranger = await fetch(page);
console.log(`a stranger is shown: ${stranger.status}`);

const verdict = await run.verdict;
console.log(verdict.reason);
server.close();
process.exitCode = verdict.decision === "promote" && stranger.status === 401 ? 0 : 1;
