// A process that does to a folder of records what its second argument says, and tells what came of each step in a line of JSON.
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileStore } from "release-gates/stores";
import type { Step } from "./store-process.js";

const [folder = "", steps = "[]"] = process.argv.slice(2);
const store = fileStore({ folder, poll: 20 });
const input = createInterface({ input: process.stdin });
const orders = input[Symbol.asyncIterator]();
const ends: (() => void)[] = [];
const say = (what: unknown) => process.stdout.write(`${JSON.stringify(what)}\n`);

async function take(step: Step): Promise<unknown> {
  if ("append" in step) return (await store.append(...step.append), "stored");
  if ("begin" in step) {
    const runs = Array.from({ length: step.begin }, (_, index) => store.append(`run ${index}`, 0, ["begun"]));
    return (await Promise.all(runs)).length;
  }
  if ("read" in step) return store.read(step.read);
  if ("runs" in step) return store.runs();
  if ("user" in step) return (process.setgid?.(step.user), process.setuid?.(step.user), step.user);
  if ("sleep" in step) return setTimeout(step.sleep, "slept");
  if ("end" in step) return ends.splice(0).map((end) => end()).length;
  if ("follow" in step) {
    ends.push(store.subscribe(step.follow, 0, (lines) => say({ heard: lines })));
    return "follows";
  }
  say({ waits: true });
  await orders.next();
  return "goes on";
}

for (const step of JSON.parse(steps) as Step[]) {
  try {
    say({ did: await take(step) });
  } catch (error) {
    say({ failed: error instanceof Error ? error.message : String(error) });
  }
}
// Whatever keeps this process awake from here on is the store's.
input.close();
process.stdin.destroy();
