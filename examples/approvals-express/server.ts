// The same handler, mounted in Express: a request of Node is made one of the web, and the response written back.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import express from "express";
import { manualApproval, startRun } from "release-gates";
import { createHandler, createLink } from "release-gates/approvals";
import { memoryStore } from "release-gates/stores";

const app = express();
const server = app.listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/approvals`;
const secret = randomBytes(32);

const store = memoryStore();
const approvals = createHandler({
  url,
  store,
  secret,
  // Nobody has a session here: people come by the links that were sent to them.
  authenticate: () => null,
  acceptLinkPerson: true,
  authorize: ({ person, runId }) => person.id === "ada" && runId === run.id,
});
// Express takes the path of the mount away; the handler reads all of it.
const listener = getRequestListener(approvals, { overrideGlobalObjects: false });
app.use("/approvals", (request, response) => {
  request.url = request.originalUrl;
  return listener(request, response);
});

const signOff = manualApproval("sign-off", { from: { people: ["ada"] }, deadline: "4h" });
const run = startRun(signOff, { release: { name: "orders", version: "2.4.0", environment: "production" }, store });

// What a mail to ada would hold. Opening it decides nothing, whoever looks ahead.
const link = await createLink({ url, secret, runId: run.id, gate: "sign-off", expires: "4h", person: "ada" });
const page = await (await fetch(link)).text();
console.log(`the link shows: ${/<h1>(.*)<\/h1>/.exec(page)?.[1]}`);

// What a browser sends when ada presses the button.
const fieldOf = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? "";
const form = { fingerprint: fieldOf("fingerprint"), formToken: fieldOf("formToken"), decision: "approve" };
const headers = { "sec-fetch-site": "same-origin" };
const voted = await fetch(link, { method: "POST", body: new URLSearchParams(form), headers });
console.log(`ada presses the button: ${/<strong>(.*?)<\/strong>/.exec(await voted.text())?.[1]}`);

const verdict = await run.verdict;
console.log(verdict.reason);
server.close();
process.exitCode = verdict.decision === "promote" ? 0 : 1;
