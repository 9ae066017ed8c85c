import { assertAnswer } from "./assert-answer.js";
import type { QueryAnswer, QueryParameter, ReadOnlyDatabase, RolePolicy } from "./read-only-database.js";

/** What is asked of which database. */
export interface Question {
  readonly database: ReadOnlyDatabase;
  readonly query: string;
  readonly params: readonly QueryParameter[];
}

/** How much of a database a question may use, and what of the answer is hidden. */
export interface QuestionLimits {
  readonly timeout: number;
  readonly maxRows: number;
  readonly maxBytes: number;
  readonly role: RolePolicy;
  readonly redact: readonly string[];
}

/** Asks a database once, and refuses an answer that cannot be judged. */
export async function askRows(
  { database, query: text, params }: Question,
  { timeout: timeoutMs, maxRows, maxBytes, role, redact }: QuestionLimits,
  signal: AbortSignal,
): Promise<QueryAnswer> {
  const answer: unknown = await database.query({ text, params, timeoutMs, maxRows, maxBytes, role, signal });
  assertAnswer(answer, database.name, redact);
  return answer;
}
