import type { GateError, SourceFaultKind } from "../../gate/gate-error.js";
import { queryFault } from "../query-fault.js";

/** What SQLite said, and when: before a statement runs it speaks of the statement, and then it may quote data. */
export interface SqliteFault {
  readonly phase: "open" | "prepare" | "run";
  readonly message: string;
}

const kinds: readonly (readonly [RegExp, SourceFaultKind])[] = [
  [/too big|out of memory|too many/i, "limit"],
  [/not authorized|prohibited|unsafe use|does more than read/i, "refused"],
  // Not of what the statement itself gave it to read.
  [/malformed(?! JSON| MATCH)|the session has another/i, "anomaly"],
];

/** The fault for an error of SQLite. */
export function explainSqliteError(
  source: string,
  { phase, message }: SqliteFault,
  hide: (text: string) => string,
): GateError<"SOURCE_FAILED"> {
  const shown = phase === "run" ? withoutValues(message) : message;
  const [, fault = "failed"] = kinds.find(([pattern]) => pattern.test(shown)) ?? [];
  return queryFault(source, hide(shown), { isRetryable: /\b(?:locked|busy)\b/.test(shown), fault });
}

/** A search that a row holds, or a table that it names, is told of between quotes, or at the end: `no such column: …`. */
function withoutValues(message: string): string {
  return message.replace(/'[^]*'|"[^]*"/g, "'…'").replace(/(?<!^fts5): [^]*$/, ": …");
}
