/**
 * Judges the release of version 2 of a small real service, beside version 1, under real traffic.
 *
 *     npm run demo -- [--canary healthy|errors|slow|bad-data|flapping|monitoring-down|no-rollback] [--interactive]
 *
 * Ends with its verdict, and with exit code 0 (promote), 10 (hold) or 20 (rollback):
 *
 * - `healthy`: promote.
 * - `errors`, `slow`: rollback, by the metrics.
 * - `flapping`: rollback, by the metrics: bad phases are as long as half a window, and a release that was seen to be bad does
 *   not become good by waiting.
 * - `bad-data`: hold, by the query. Data is not repaired by going back, so a person must look.
 * - `monitoring-down`: hold, at the deadline. A broken monitor neither ships a release nor rolls it back.
 * - `no-rollback`: hold, by the metrics, naming whom to call: it should be rolled back, and cannot be.
 */
import { setImmediate } from "node:timers/promises";
import { startRun, type Release } from "release-gates";
import { promptForApproval } from "release-gates/approvals";
import { terminalReporter } from "release-gates/reports";
import { parseArguments } from "./arguments.js";
import { canaryRelease } from "./plan.js";
import { scriptedApproval } from "./scripted-approval.js";
import { startWorld } from "./world.js";

const exitCodes = { promote: 0, hold: 10, rollback: 20 } as const;
const manager = { person: "ada", roles: ["release-manager"] };

const { canary, isInteractive } = parseArguments(process.argv.slice(2));

const release: Release = {
  name: "orders",
  version: "2.0.0",
  environment: "production",
  requestedBy: "grace",
  contributors: ["grace", "linus"],
  ...(canary === "no-rollback"
    ? { rollback: { possible: false, how: "its migration drops a column", contacts: ["ada, on call for orders"] } }
    : {}),
};

await using world = await startWorld(canary);

const run = startRun(canaryRelease, {
  release,
  input: {
    stable: world.stable.url,
    canary: world.canary.url,
    metrics: world.canary.metricsUrl,
    database: world.database,
  },
  // Where no monitoring answers, nobody waits for ever.
  deadline: isInteractive ? "20m" : "15s",
});
process.once("SIGINT", () => run.cancel("interrupted"));

const reporter = terminalReporter(run, isInteractive ? { interactive: false } : {});
if (isInteractive) promptForApproval(run, manager);
else scriptedApproval(run, manager);

const verdict = await run.verdict;
await reporter.done;
// Whoever answered last is told so first: the verdict is the last word.
await setImmediate();
console.log(`decided by: ${verdict.decidedBy.join(", ")}`);
console.log(`verdict: ${verdict.decision}`);
process.exitCode = exitCodes[verdict.decision];
