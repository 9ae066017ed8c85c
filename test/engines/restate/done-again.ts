import type { RecordEvent } from "release-gates";
import { countBy } from "./world-server.js";

/**
 * What the world was asked once more than the record says: in flight when the worker died, or no longer needed.
 *
 * Throws where something was asked more often than that, or is in the record and was never asked.
 */
export function doneAgain(requests: readonly string[], record: readonly RecordEvent[]): readonly string[] {
  const recorded = countBy(record.flatMap(requestOf), (url) => url);
  const asked = countBy(requests, (url) => url);
  return [...new Set([...recorded.keys(), ...asked.keys()])].filter((url) => {
    const more = (asked.get(url) ?? 0) - (recorded.get(url) ?? 0);
    if (more === 0 || more === 1) return more === 1;
    throw new Error(`${url} was asked ${asked.get(url) ?? 0} times, and is recorded ${recorded.get(url) ?? 0} times`);
  });
}

/** The request that an event of a record stands for. */
function requestOf(event: RecordEvent): readonly string[] {
  // A sample's request says for which instant it is.
  if (event.type === "gate:measured" && event.gate.includes("/errors")) return [`/errors?at=${event.sample.at}`];
  if (event.type !== "step:recorded" || event.gate.includes("/errors")) return [];
  const name = event.gate.slice(event.gate.lastIndexOf("/") + 1);
  if (name === "orders") return ["/query"];
  // Asks people, and not the world.
  if (name === "sign-off") return [];
  return [name === "smoke" ? `/smoke/${event.step}` : `/healthz/${name}`];
}
