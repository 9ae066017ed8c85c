// A deploy script that asks before it goes on: judges a release, shows it live, writes a report, and ends with an exit code.
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allOf, healthProbe, metricThreshold, plan, startRun, steady } from "release-gates";
import { fromFunction } from "release-gates/metrics";
import { terminalReporter, toMarkdown } from "release-gates/reports";
import * as z from "zod";

// What was just deployed: here, a small server of our own.
let served = 0;
const server = createServer((_, response) => {
  served += 1;
  response.setHeader("content-type", "application/json").end(JSON.stringify({ status: "pass", version: "2.4.0" }));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;

const afterDeploy = plan("after deploy", { input: z.strictObject({ url: z.url() }) }, (release, { url }) =>
  allOf(`${release.name} ${release.version}`, [
    steady(healthProbe("healthy", { http: { url, expect: { release: true } }, period: "100ms" }), {
      for: "1s",
      every: "250ms",
    }),
    metricThreshold("requests arrive", {
      source: fromFunction("requests served", () => served),
      above: 0,
      every: "200ms",
      samples: 3,
      warmup: "500ms",
    }),
  ]),
);

const run = startRun(afterDeploy, {
  release: { name: "orders", version: "2.4.0", environment: "production", requestedBy: "ada" },
  input: { url: `http://127.0.0.1:${port}/healthz` },
  deadline: "20s",
});
const reporter = terminalReporter(run);
const verdict = await run.verdict;
await reporter.done;
server.close();

const report = join(tmpdir(), `verdict-${verdict.runId}.md`);
await writeFile(report, toMarkdown(verdict));
console.log(`report: ${report}`);
console.log(`verdict: ${verdict.decision}`);
process.exitCode = { promote: 0, hold: 10, rollback: 20 }[verdict.decision];
