import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import wasm from "node-sqlite3-wasm";
import { sqlite } from "release-gates/databases";
import { afterAll, expect, test } from "vitest";
import { ask, faultOf } from "../database-contract.js";
import { describeEachDriver } from "./drivers.js";

const folder = mkdtempSync(join(tmpdir(), "release-gates-sqlite-fault-test-"));
const file = join(folder, "notes.db");
const writer = new wasm.Database(file);
writer.exec(
  "CREATE VIRTUAL TABLE notes USING fts5(title, body); INSERT INTO notes VALUES ('a', 'b'); CREATE TABLE said (text)",
);
const said = ["hush : x", "*hush", "- hush: it's busy", '{hush "x" } : too big', "hush(", "'hush'"];
for (const text of said) writer.run("INSERT INTO said VALUES (?)", text);
writer.close();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeEachDriver("a fault of SQLite", (driver) => {
  const database = sqlite({ file, driver });
  const row = (at: number) => `(SELECT text FROM said WHERE rowid = ${at + 1})`;

  test.each([
    ...said.map((_, at) => [`SELECT title FROM notes WHERE notes MATCH ${row(at)}`]),
    [`SELECT title FROM notes WHERE notes MATCH 'a' AND rank MATCH ${row(5)}`],
    [`SELECT * FROM pragma_foreign_key_check(${row(0)})`],
    [`SELECT json_extract('{}', ${row(2)}) AS v`],
    [
      `WITH once AS MATERIALIZED (SELECT title FROM notes WHERE notes MATCH ${row(1)}) SELECT a.title FROM once AS a JOIN once AS b`,
    ],
  ])("shows nothing of what a row holds, and is none of another kind for it: %s", async (text) => {
    const { message, fault, isRetryable } = await faultOf(ask(database, text));
    expect(message).not.toMatch(/hush|busy|too big/);
    expect({ fault, isRetryable }).toEqual({ fault: "failed", isRetryable: false });
  });

  test("still says what is wrong with the statement itself", async () => {
    expect((await faultOf(ask(database, "SELECT titel FROM notes"))).message).toContain("no such column: titel");
    expect((await faultOf(ask(database, `SELECT title FROM notes WHERE notes MATCH ${row(4)}`))).message).toContain(
      "fts5: syntax error near '…'",
    );
  });
});
