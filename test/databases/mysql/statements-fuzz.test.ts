import fc from "fast-check";
import { isGateError } from "release-gates";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startMariaDb, type MariaDbServer } from "../../helpers/mariadb.js";
import { describeWithService } from "../../helpers/services.js";
import { attacks } from "./attacks.js";
import { reads } from "./reads.js";
import { Bystander } from "./shop.js";

const server = await startMariaDb().catch((error: unknown) => error as Error);
const isRunning = !(server instanceof Error);
const how = `It needs MariaDB 10.11 or later: apt-get install mariadb-server. ${isRunning ? "" : server.message.slice(0, 200)}`;

const seed = 20_261_122;
const count = Number(process.env["MYSQL_STATEMENTS"] ?? 3_000);
/** After so many statements it is looked whether any had an effect. */
const batch = 500;

const texts = [...attacks, ...reads.map(([text]) => text)];
/** What makes the difference between a read and something else, and between two readings of one text. */
const pieces = [
  ..."( ) , ; . * ? ' \" ` \\ # @ @@ := /*! */ /* /*M!100000 /*+ -- \n \t = || -> { }".split(" "),
  ..." FOR UPDATE | LOCK IN SHARE MODE| INTO OUTFILE '/tmp/release-gates-evil'| INTO @x| PROCEDURE ANALYSE()".split(
    "|",
  ),
  ..." UNION SELECT evil() |shop.evil()|`evil`()|evil ()|evil/**/()|NEXT VALUE FOR numbers|GET_LOCK('evil', 0)".split(
    "|",
  ),
  ...";DELETE FROM orders|SLEEP(0)|_gbk'x\\'|N'x'|0x27|b'1'|calling|of_sequence|numbers|orders|myisam_table".split("|"),
  ..."SELECT|WITH x AS (|EXPLAIN |ANALYZE |VALUES|TABLE|HANDLER|DO|CALL|SET|LIMIT|ROWS EXAMINED|SQL_CALC_FOUND_ROWS".split(
    "|",
  ),
];

const words = fc.constantFrom(...texts).map((text) => text.match(/\w+|\s+|[^\w\s]/g) ?? [text]);
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const change = fc.oneof(
  fc.record({ kind: fc.constant("insert" as const), at: place, piece: fc.constantFrom(...pieces) }),
  fc.record({ kind: fc.constant("replace" as const), at: place, piece: fc.constantFrom(...pieces) }),
  fc.record({ kind: fc.constant("drop" as const), at: place, piece: fc.constant("") }),
);
/** A statement that was changed in a few places, or the beginning of one with the end of another. */
const statement = fc
  .tuple(words, words, place, place, fc.array(change, { maxLength: 4 }), fc.boolean())
  .map(([first, second, cut, end, changes, isJoined]) => {
    const parts = isJoined ? [...first.slice(0, cut * first.length), ...second.slice(end * second.length)] : [...first];
    for (const { kind, at, piece } of changes) {
      parts.splice(Math.floor(at * parts.length), kind === "insert" ? 0 : 1, piece);
    }
    return parts.join("");
  });

describeWithService("mysql, given statements by chance", isRunning, how, () => {
  let bystander: Bystander;

  beforeAll(async () => {
    bystander = await Bystander.of(server as MariaDbServer);
  });

  afterAll(async () => {
    await bystander[Symbol.asyncDispose]();
    await (server as MariaDbServer)[Symbol.asyncDispose]();
  });

  test(
    `none of ${count} has an effect, or ends in anything but an answer or a fault`,
    { timeout: 3_600_000 },
    async () => {
      const { database } = bystander.database("root", { allowBlockingReads: true });
      const signal = new AbortController().signal;
      const statements = fc.sample(statement, { numRuns: count, seed });
      const before = await bystander.fingerprint();
      let answered = 0;
      for (let start = 0; start < statements.length; start += batch) {
        for (const text of statements.slice(start, start + batch)) {
          const request = {
            text,
            params: [],
            timeoutMs: 2_000,
            maxRows: 1_000,
            maxBytes: 1_000_000,
            signal,
            role: "warn",
          } as const;
          const outcome: unknown = await database.query(request).catch((error: unknown) => error);
          if (outcome instanceof Error && !isGateError(outcome, "SOURCE_FAILED")) throw outcome;
          if (!(outcome instanceof Error)) answered += 1;
        }
        expect(await bystander.fingerprint()).toEqual(before);
      }
      expect(await bystander.leftovers()).toEqual([]);
      // Statements that are all refused would prove nothing.
      expect(answered).toBeGreaterThan(count / 50);
      console.info(
        `mysql: ${statements.length} statements by chance (seed ${seed}), ${answered} of them answered, none with an effect`,
      );
    },
  );
});
