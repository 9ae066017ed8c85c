import * as z from "zod";
import type { GateError } from "../gate/gate-error.js";
import type { HttpAnswer } from "./send-request.js";
import { sourceFault } from "./source-fault.js";

/** What the answer of a source should have been. */
export interface Expected<Output> {
  readonly schema: z.ZodType<Output>;
  /** In words, after "is no": `answer of Prometheus`. */
  readonly what: string;
  /** Removes the secrets of the target from what the server says. */
  readonly redact: (text: string) => string;
}

/** Throws a `GateError` with code `SOURCE_FAILED` for any status but 200, which says whether and when asking again may help. */
export function assertOk(source: string, { status, retryAfterMs }: HttpAnswer, why = ""): void {
  if (status === 200) return;
  if (status === 401 || status === 403) {
    throw sourceFault(source, `refuses the credentials (HTTP ${status})`, { isRetryable: false });
  }
  const says = why === "" ? `answers with HTTP ${status}` : `answers with HTTP ${status}: ${why.slice(0, 500)}`;
  throw sourceFault(source, says, { isRetryable: isRetryableStatus(status), retryAfterMs });
}

/** Reads a good answer. Throws a `GateError` with code `SOURCE_FAILED` for any other. */
export function readAnswer<Output>(
  source: string,
  answer: HttpAnswer,
  { schema, what, redact }: Expected<Output>,
): Output {
  assertOk(source, answer, redact(complaintOf(answer)));
  const result = schema.safeParse(parseJson(answer.text));
  if (result.success) return result.data;
  throw malformed(source, answer, what);
}

/** The fault of a good answer of somebody else: `what` is what it should have been, in words after "is no". */
export function malformed(source: string, { contentType }: HttpAnswer, what: string): GateError<"SOURCE_FAILED"> {
  const got = contentType === "text/html" ? "an HTML page" : `something that is no ${what}`;
  return sourceFault(source, `answers with ${got}; is the URL right?`, { isRetryable: false });
}

/**
 * What a server says went wrong, where it says so in a way that is known: a line of text, or a field of JSON. Else empty.
 *
 * It may echo what it was sent: remove the secrets of the target.
 */
export function complaintOf({ contentType, text }: HttpAnswer): string {
  if (contentType === "text/plain") return text.trim();
  const result = complaint.safeParse(parseJson(text));
  if (!result.success) return "";
  const { error, message, errors = [] } = result.data;
  const listed = errors.map((each) => (typeof each === "string" ? each : each.message)).join("; ");
  return error ?? message ?? listed;
}

const complaint = z.object({
  error: z.string().optional(),
  message: z.string().optional(),
  errors: z.array(z.union([z.string(), z.object({ message: z.string() })])).optional(),
});

/** Whether the same request may be answered better the next time. */
function isRetryableStatus(status: number): boolean {
  return status >= 500 || status === 408 || status === 425 || status === 429;
}

/** Reads JSON; undefined for what is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
