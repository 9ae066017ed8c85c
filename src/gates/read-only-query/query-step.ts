import type { StepOptions } from "../../gate/gate-context.js";
import { describeQuestion } from "./describe-question.js";
import type { ReadOnlyQuerySettings } from "./read-only-query-config.js";

/** What the run itself, connecting and closing may need beside the statement. Milliseconds. */
const slackMs = 30_000;
const tries = 3;

/** How a question is asked as a step of its gate. */
export function queryStep(config: ReadOnlyQuerySettings): StepOptions {
  return { timeout: config.timeout + slackMs, input: describeQuestion(config), retry: { retries: tries - 1 } };
}

/** How long one question takes at the most, in milliseconds. */
export function longestQueryMs({ timeout }: ReadOnlyQuerySettings): number {
  return tries * (timeout + slackMs);
}
