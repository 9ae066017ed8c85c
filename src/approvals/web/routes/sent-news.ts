import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { VoteReceipt } from "../runs.js";

/** What became of what was sent, as a page shows it. */
export interface SentNews {
  readonly status?: ContentfulStatusCode;
  readonly receipt?: VoteReceipt;
  /** Why it was not sent on to the run. */
  readonly problem?: SentProblem;
  /** What was typed, to be mended. */
  readonly typed?: URLSearchParams;
}

/** Why what was sent was not sent on to the run. */
export interface SentProblem {
  /** For programs; never renamed. */
  readonly code: string;
  readonly text: string;
}

/** The news as JSON says them. */
export function newsAsJson({ receipt, problem }: SentNews) {
  return {
    ...(receipt ? { receipt } : {}),
    ...(problem ? { error: { code: problem.code, message: problem.text } } : {}),
  };
}

/** The news as a page says them, and its form, where there is one to be sent. */
export function newsOnPage<Form extends object>({ receipt, problem, typed }: SentNews, form: Form | undefined) {
  return {
    ...(receipt ? { receipt } : {}),
    ...(problem ? { problem: problem.text } : {}),
    ...(form ? { form: { ...form, ...(typed ? { typed } : {}) } } : {}),
  };
}
