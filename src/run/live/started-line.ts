import { shownRules } from "../overrides/override-rule.js";
import type { RunStarted } from "../record/record-event.js";
import type { LiveRunInput } from "./live-run-input.js";
import type { LiveScope } from "./live-scope.js";

/** The first line of a record. `deadlineAt` is in milliseconds since the epoch. */
export function startedLine(
  { runId, options, redact }: LiveRunInput,
  shown: LiveScope["shown"],
  deadlineAt: number | undefined,
): RunStarted {
  const { settle, allowBypass, overrideRules } = options;
  const rules = shownRules(overrideRules, redact);
  return {
    type: "run:started",
    runId,
    ...shown,
    settle,
    ...(deadlineAt === undefined ? {} : { deadlineAt: new Date(deadlineAt).toISOString() }),
    ...(allowBypass ? { allowBypass } : {}),
    ...(rules ? { overrideRules: rules } : {}),
  };
}
