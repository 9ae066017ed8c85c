import type { RecordStore } from "release-gates";
import { memoryStore } from "release-gates/stores";
import type { VirtualClock } from "release-gates/testing";
import { inboxOf } from "./inbox.js";

/** A store whose subscribers are told nothing of a run's inbox until it wakes: whoever looks sees what is there all the same. */
export function sleepyStore(clock: VirtualClock, runId: string) {
  const store = memoryStore({ clock });
  const held: (() => void)[] = [];
  const subscribe: RecordStore["subscribe"] = (key, after, listener) => {
    if (key !== inboxOf(runId)) return store.subscribe(key, after, listener);
    let end = () => {};
    held.push(() => (end = store.subscribe(key, after, listener)));
    return () => end();
  };
  return { ...store, subscribe, wake: () => held.forEach((begin) => begin()) };
}
