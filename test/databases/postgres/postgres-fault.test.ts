import { describe, expect, test } from "vitest";
import { explainPostgresError } from "../../../src/databases/postgres/postgres-fault.js";

const explained = (code: string) =>
  explainPostgresError(Object.assign(new Error("it failed"), { code }), "orders", (text) => text).details;

const saidOf = (message: string, fields: Readonly<Record<string, string>>) =>
  explainPostgresError(Object.assign(new Error(message), fields), "orders", (text) => text).message;

describe("explainPostgresError", () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ['invalid input syntax for type integer: "hush"', { code: "22P02", position: "8" }],
    ["Ungültige Eingabesyntax für Typ integer: »hush«", { code: "22P02" }],
    ["syntaxe en entrée invalide pour le type integer : « hush »", { code: "22P02" }],
    ["date field value out of range: 2026-13-hush", { code: "22008" }],
    ['invalid byte sequence for encoding "UTF8": 0xe9hush', { code: "22021" }],
    ['relation "hush" does not exist', { code: "42P01" }],
    ['schema "hush" does not exist', { code: "3F000" }],
    ['syntax error in tsquery: "hush"', { code: "42601" }],
    ['syntax error at or near "hush"', { code: "42601", position: "1", where: 'invalid type name "hush"' }],
  ])("a value that was only found while the statement ran does not show: %s", (said, fields) => {
    expect(saidOf(said, fields)).toContain("[redacted]");
    expect(saidOf(said, fields)).not.toContain("hush");
  });

  test("a name in the statement itself shows where it is wrong", () => {
    const said = saidOf('column "nosuch" does not exist', { code: "42703", position: "8" });
    expect(said).toContain('column "nosuch" does not exist (42703)');
  });

  test.each([
    ["08006", "a connection that broke"],
    ["08001", "a connection that could not be made"],
    ["40001", "a conflict with recovery, or with a writer"],
    ["40P01", "a deadlock"],
    ["53100", "a full disk"],
    ["53200", "no memory"],
    ["53300", "too many connections"],
    ["55P03", "a lock that was not to be had"],
    ["57P01", "a shutdown"],
    ["57P03", "a server that starts"],
    ["57P05", "a session that was idle for too long"],
    ["58000", "an error of the system"],
    ["58030", "an error of a disk"],
    ["ECONNREFUSED", "a port that nobody listens on"],
    ["EMFILE", "too many open files"],
  ])("a fault of %s, %s, may be over in a moment", (code) => {
    expect(explained(code).isRetryable).toBe(true);
  });

  test.each([
    ["08P01", "a violation of the protocol"],
    ["22012", "a division by zero"],
    ["25006", "a write"],
    ["28P01", "a wrong password"],
    ["3D000", "a database that is not there"],
    ["42501", "a right that is missing"],
    ["42P01", "a table that is not there"],
    ["53400", "a limit of the configuration"],
    ["54001", "a statement that is too deep"],
    ["57014", "a statement whose time is up"],
    ["57P04", "a database that was dropped"],
    ["58P01", "a file that is missing"],
    ["58P02", "a file that is there twice"],
    ["XX001", "damaged data"],
    ["", "whatever has no state"],
  ])("a fault of %s, %s, is the same the next time", (code) => {
    expect(explained(code).isRetryable).toBe(false);
  });
});
