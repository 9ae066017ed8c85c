// A process that carries a run, whether it is there already or not, until it is killed or the run is decided.
import { isGateError, resumeRun, startRun, type Release } from "release-gates";
import { fileStore } from "release-gates/stores";
import { processPlan } from "./resume-process-plan.js";

const [folder = "", runId = ""] = process.argv.slice(2);
const store = fileStore({ folder, poll: 20 });
const release: Release = { name: "orders", version: "2.4.0", environment: "production" };
const options = { release, runId, store, deadline: "10m" } as const;

const run = await resumeRun(processPlan(folder), options).catch((error: unknown) => {
  if (isGateError(error, "RUN_UNKNOWN")) return startRun(processPlan(folder), options);
  throw error;
});
run.on("event", () => process.stdout.write(". "));
run.on("gate:waiting", () => process.stdout.write("asks "));
process.stdout.write(run.snapshot().gates.some(({ state }) => state === "waiting") ? "going asks " : "going ");
process.stdout.write(`verdict ${(await run.verdict).decision}\n`);
