import { runText, type MysqlClient } from "./mysql-client.js";
import { IncompleteAnswer } from "./mysql-fault.js";

/** Notes of `EXPLAIN`: the statement as the server rewrote it, and where it found a column. */
const explaining = new Set([1003, 1276]);
/** What is only said to be out of date, or to be gone one day; the answer is right. */
const outdated = new Set([1287, 1681, 3719, 3778]);

/** `JSON_VALID` answers 0, which is right, and the server says beside it why. That a text is too deep for it (4040) is no answer. */
const sayingInvalid = new Set([4036, 4037, 4038]);
const ofJsonValid = / in argument 1 to function 'json_valid'(?: at position \d+)?$/;

/** What a server may say of an answer that it cut, or made of something else than it was asked for. */
const meanings: Readonly<Record<number, string>> = {
  1260: "GROUP_CONCAT was cut",
  1292: "a value was cut, or read as another one",
  1301: "a result was larger than max_allowed_packet, and became NULL",
  1365: "a division by zero became NULL; use NULLIF",
  1411: "a date could not be read, and became NULL",
  1931: "the statement was stopped before its end",
  1969: "the statement was stopped at its timeout",
};

/** Forgets what the server said of earlier statements: one without a table would leave it. */
export async function forgetWarnings(client: MysqlClient): Promise<void> {
  await runText(client, "SELECT 1 FROM (SELECT 1) AS nothing");
}

/**
 * Reads what the server said of the answer: the first thing after it, as the next statement would take its place.
 *
 * Returns what a person should know. Throws an {@link IncompleteAnswer} for everything that is not known to leave the answer right.
 */
export async function readWarnings(client: MysqlClient): Promise<readonly string[]> {
  const { rows } = await runText(client, "SHOW WARNINGS");
  const { rows: counted } = await runText(client, "SHOW COUNT(*) WARNINGS");
  if (Number(counted[0]?.[0]) !== rows.length) throw new IncompleteAnswer("the server does not tell all its warnings");
  const codes = [...new Set(rows.filter((row) => !isOfJsonValid(row)).map(([, code]) => Number(code)))];
  // The server's words are left out: they quote values of rows.
  const wrong = codes.find((code) => !explaining.has(code) && !outdated.has(code));
  if (wrong !== undefined) {
    throw new IncompleteAnswer(
      `the answer may be incomplete or wrong: ${meanings[wrong] ?? "the server warns of it"} (${wrong})`,
    );
  }
  return codes
    .filter((code) => outdated.has(code))
    .map((code) => `The server calls a part of the query outdated (${code}).`);
}

function isOfJsonValid([, code, message]: readonly (string | null)[]): boolean {
  return sayingInvalid.has(Number(code)) && ofJsonValid.test(message ?? "");
}
