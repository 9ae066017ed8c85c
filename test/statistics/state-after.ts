import type { SequentialTest } from "../../src/statistics/sequential-test.js";

/** The state of a test after these windows. */
export function stateAfter<Window, State>(
  compare: SequentialTest<Window, State, unknown>,
  windows: readonly Window[],
): State {
  let state = compare.empty;
  for (const window of windows) state = compare.add(state, window);
  return state;
}
