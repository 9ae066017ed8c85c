import { GateError, isGateError, type SourceFaultKind } from "../../gate/gate-error.js";
import { redacted } from "../../gate/redact.js";
import { queryFault } from "../query-fault.js";
import { isShortage } from "../shortage.js";
import { StatementRefusal } from "./sql/statement-refusal.js";

/** Says that the session is not what it must be; nothing that it answers counts. */
export class SessionAnomaly extends Error {}

/** Says that the answer may not be all, or not be right. */
export class IncompleteAnswer extends Error {}

/** Says of a query that was cut that its statement may run on, where nobody can end it. The cause is why it was cut. */
export class MayRunOn extends Error {
  constructor(cause: unknown, limit: string) {
    const why = "as no second connection was proven to reach the same one";
    super(`It was not ended on the server, ${why}; it may run on there until ${limit}.`, { cause });
  }
}

/** Server errors of what may be over in a moment: connections, resources, conflicts, a table that was altered, shutdown. */
const passing = new Set([
  1040, 1053, 1077, 1079, 1105, 1129, 1152, 1158, 1159, 1160, 1161, 1203, 1205, 1213, 1226, 1317, 1412, 1615, 1927,
  4031,
]);
const passingNetwork = new Set(
  "ECONNREFUSED ECONNRESET ETIMEDOUT EPIPE EAI_AGAIN EHOSTUNREACH PROTOCOL_CONNECTION_LOST".split(" "),
);
/** Server errors of a statement that took too long, of MariaDB and of MySQL. */
const statementTimeout = new Set([1969, 3024]);
/** Server errors whose quotes hold names, or a part of the statement. Those of others may hold values of rows. */
const quotesNames = new Set([
  1044, 1045, 1046, 1049, 1051, 1052, 1054, 1055, 1056, 1060, 1064, 1066, 1102, 1103, 1109, 1111, 1115, 1128, 1139,
  1140, 1142, 1143, 1146, 1176, 1191, 1222, 1227, 1235, 1241, 1242, 1248, 1253, 1267, 1273, 1305, 1370, 1582, 1698,
  1792,
]);

/**
 * Explains what `mysql2` threw: the server's words and its error number, without parameters, passwords or rows.
 *
 * What the server quotes is left out where it may be a value.
 */
export function explainMysqlError(
  thrown: unknown,
  source: string,
  hide: (text: string) => string,
): GateError<"SOURCE_FAILED"> {
  if (isGateError(thrown, "SOURCE_FAILED")) return thrown;
  if (thrown instanceof MayRunOn) {
    const { message, details, cause } = explainMysqlError(thrown.cause, source, hide);
    return new GateError("SOURCE_FAILED", `${message} ${thrown.message}`, details, { cause });
  }
  const { code, number } = numbersOf(thrown);
  const said = thrown instanceof Error ? thrown.message.replace(/\.$/, "") : "an unknown fault";
  const isQuoting = number !== 0 && !quotesNames.has(number);
  // The cause itself would bring back what is removed here.
  const message = hide(isQuoting ? said.replace(/'.*'/s, `'${redacted}'`) : said);
  return queryFault(source, number === 0 ? message : `${message} (${number})`, {
    isRetryable: number === 0 ? passingNetwork.has(code) || isShortage(code) : passing.has(number),
    fault: faultKind(thrown, number),
  });
}

function faultKind(thrown: unknown, number: number): SourceFaultKind {
  if (thrown instanceof StatementRefusal) return "refused";
  if (thrown instanceof SessionAnomaly) return "anomaly";
  if (thrown instanceof IncompleteAnswer) return "incomplete";
  return statementTimeout.has(number) ? "limit" : "failed";
}

function numbersOf(thrown: unknown): { readonly code: string; readonly number: number } {
  const { code, errno } = (typeof thrown === "object" && thrown !== null ? thrown : {}) as Record<string, unknown>;
  // Errors of the system have negative numbers.
  return { code: typeof code === "string" ? code : "", number: typeof errno === "number" && errno > 0 ? errno : 0 };
}
