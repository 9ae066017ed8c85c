import { virtualClock, type VirtualClock } from "release-gates/testing";

/** A clock that can be set on without its timers being told, as by a machine that was busy. */
export function skippingClock(): { readonly clock: VirtualClock; readonly skip: (ms: number) => void } {
  const clock = virtualClock();
  let skipped = 0;
  return { clock: { ...clock, now: () => clock.now() + skipped }, skip: (ms) => void (skipped = ms) };
}
