import { redacted } from "../../gate/redact.js";
import { GateError, isGateError, type SourceFaultKind } from "../../gate/gate-error.js";
import { SessionAnomaly } from "./session-state.js";
import { RefusedStatement } from "./statement-nodes.js";
import { queryFault } from "../query-fault.js";
import { isShortage } from "../shortage.js";

/**
 * SQLSTATE classes, and states, of what may be over in a moment: connections, resources, conflicts, shutdown, errors of a disk.
 *
 * Not a limit of the configuration, a database that was dropped, or a file that is missing: the same statement would find the same again.
 */
const passing = /^(?:08(?!P01)|53(?!400)|57P(?!04)|40001|40P01|55P03|58000|58030)/;
/** SQLSTATE class of faults of a value, which the message quotes: a parameter's, or a row's, and perhaps a part of it. */
const ofValues = /^22/;
/** Classes of faults of a name. A statement may look one up that is a value of a row: `note::regclass`. */
const ofNames = /^(?:42|3F)/;
/** What is quoted, in the languages that a server may speak. */
const quoted = /["«»„“”「『].*["«»„“”」』]/s;
/** Values that are told of without quotes: the parts of a date, the bytes of a text. */
const bare = /(?<=: )(?:[-\d]|0x).*$/s;
const passingNetwork = new Set(["ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EPIPE", "EAI_AGAIN", "EHOSTUNREACH"]);

/** Says that a query was cut short, for its cause, and that its statement is not proven to have ended. */
export class PerhapsRunning extends Error {
  readonly timeoutMs: number;

  constructor(timeoutMs: number, options: { readonly cause: unknown }) {
    super("a statement may still be running", options);
    this.timeoutMs = timeoutMs;
  }
}

/**
 * Explains what `pg` threw: the server's words and its SQLSTATE, without parameters, passwords or rows.
 *
 * The server's `detail` is left out, as it quotes rows, and so is a value that a message quotes.
 */
export function explainPostgresError(
  thrown: unknown,
  source: string,
  hide: (text: string) => string,
): GateError<"SOURCE_FAILED"> {
  if (isGateError(thrown, "SOURCE_FAILED")) return thrown;
  if (thrown instanceof PerhapsRunning) {
    const { message, details } = explainPostgresError(thrown.cause, source, hide);
    const more = `it could not be proven that its statement has ended; it may go on until the server hears of its timeout of ${thrown.timeoutMs} ms`;
    return new GateError("SOURCE_FAILED", `${message.replace(/\.$/, "")}; ${more}.`, details);
  }
  const code = codeOf(thrown);
  const said = messageOf(thrown);
  const message = hide(withoutValues(said, code, thrown));
  const isNetwork =
    passingNetwork.has(code) || isShortage(code) || /^(?:Connection terminated|timeout expired)/.test(message);
  const isOurs = thrown instanceof SessionAnomaly || thrown instanceof RefusedStatement;
  const isRetryable = !isOurs && (isNetwork || passing.test(code));
  // The cause itself would bring back what was removed.
  return queryFault(source, code === "" ? message : `${message} (${code})`, {
    isRetryable,
    fault: faultKind(code, thrown),
  });
}

function withoutValues(said: string, code: string, thrown: unknown): string {
  const isValue = ofValues.test(code);
  if (!isValue && !(ofNames.test(code) && !isOfStatement(thrown))) return said;
  const rest = said.replace(quoted, `"${redacted}"`);
  return isValue ? rest.replace(bare, redacted) : rest;
}

/**
 * Whether a server lets nobody in, or points to a place in the statement: of what it only found while it ran, it names a place in a
 * value, or none.
 */
function isOfStatement(thrown: unknown): boolean {
  const { severity, position, where } = Object(thrown) as Readonly<Record<string, unknown>>;
  return severity === "FATAL" || (position !== undefined && where === undefined);
}

/** States of the server that are more than a failure: its time was up, or a read-only transaction was asked to write. */
const kinds: Readonly<Record<string, SourceFaultKind>> = {
  "57014": "limit",
  "25P04": "limit",
  "25001": "refused",
  "25006": "refused",
};

function faultKind(code: string, thrown: unknown): SourceFaultKind {
  if (thrown instanceof SessionAnomaly) return "anomaly";
  return thrown instanceof RefusedStatement ? "refused" : (kinds[code] ?? "failed");
}

function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return messageOf(thrown.errors[0]);
  return thrown instanceof Error ? thrown.message.replace(/\.$/, "") : "an unknown fault";
}

function codeOf(thrown: unknown): string {
  const code: unknown = typeof thrown === "object" && thrown !== null && "code" in thrown ? thrown.code : undefined;
  return typeof code === "string" ? code : "";
}
