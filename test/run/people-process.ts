// A process that carries a run which people answer, whether it is there already or not, until it is killed or the run is decided.
import { isGateError, resumeRun, startRun, type Release } from "release-gates";
import { storeAt } from "../helpers/store-at.js";
import { peoplePlan } from "./people-plan.js";

const [place = "", runId = ""] = process.argv.slice(2);
const release: Release = { name: "orders", version: "2.4.0", environment: "production" };
const options = { release, runId, store: storeAt(place) } as const;

const run = await resumeRun(peoplePlan(), options).catch((error: unknown) => {
  if (isGateError(error, "RUN_UNKNOWN")) return startRun(peoplePlan(), options);
  throw error;
});
run.on("gate:answered", () => process.stdout.write("answered "));
process.stdout.write("up ");
process.stdout.write(`verdict ${(await run.verdict).decision}\n`);
