import type { RecordStore } from "release-gates";

/** The key of a store under which a run is given messages. */
export function inboxOf(runId: string): string {
  return `${runId}:inbox`;
}

let messages = 0;

/** Puts messages into a run's inbox, as a process that keeps to nothing may: each has an id of its own, unless it says so itself. */
export async function putIn(store: RecordStore, runId: string, ...bodies: readonly object[]): Promise<void> {
  const { length } = await store.read(inboxOf(runId));
  const envelope = () => ({ v: 1, id: `m${++messages}`, at: "2020-01-01T00:00:00.000Z" });
  await store.append(
    inboxOf(runId),
    length,
    bodies.map((body) => JSON.stringify({ ...envelope(), ...body })),
  );
}
