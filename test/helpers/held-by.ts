import type { MetricSource } from "release-gates";
import type { VirtualClock } from "release-gates/testing";

/** A real source whose answers a virtual clock waits for: time stands still meanwhile, and a busy machine misses no sample. */
export function heldBy(clock: VirtualClock, source: MetricSource): MetricSource {
  return { ...source, read: (request) => clock.hold(source.read(request)) };
}
