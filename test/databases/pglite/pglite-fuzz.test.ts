import fc from "fast-check";
import { expect, test } from "vitest";
import { attacks } from "../postgres/attacks.js";
import { legitimateReads } from "../postgres/legitimate-reads.js";
import { subtleAttacks } from "../postgres/subtle-attacks.js";
import { withAttackedCopy, type AttackedCopy } from "./attacked-copy.js";

const runs = Number(process.env["PGLITE_FUZZ_RUNS"] ?? 300);
const seed = 20_261_126;
/** After so many statements it is looked whether any had an effect. */
const batch = 50;

// What reads, more often than its share: most of what is made of an attack is refused at once.
const texts = [
  ...Object.values({ ...attacks, ...subtleAttacks }).flat(),
  ...Array.from({ length: 24 }, () => legitimateReads).flat(),
]
  .map((text) => text.replaceAll("CANARY", "/tmp").replaceAll("VICTIM", "42"))
  // What may not end would hold the one process of all.
  .filter((text) => !/recursive|generate_series|sleep/i.test(text));
const token = /'(?:[^']|'')*'|"[^"]*"|[A-Za-z_][\w$]*|\d+|\s+|[^\w\s]/g;
const tokens = texts.map((text) => text.match(token) ?? []);
const isName = /^[a-z_]\w*$/;
const words = [...new Set(tokens.flat().filter((part) => isName.test(part)))];
const bits = [
  ..."; -- /* */ ( ) , . :: ' \" $$ * = || [ ] E' U& := ~ evil. shop. pg_catalog. INTO FOR COMMIT WITH".split(" "),
  ..."shop.harm(1) evil.direct evil.checked nextval('shop.numbers') pg_advisory_lock(7) set_config('a.b','c',false)".split(
    " ",
  ),
];

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const edit = fc.oneof(
  // Another name in the place of one mostly leaves a statement that can be read, and may call what the first did not.
  { weight: 3, arbitrary: fc.record({ at: place, name: fc.constantFrom(...words) }) },
  {
    weight: 1,
    arbitrary: fc.record({ at: place, gone: fc.nat(1), piece: fc.constantFrom(...bits, ...tokens.flat()) }),
  },
  { weight: 3, arbitrary: fc.constant({ isWrapped: true } as const) },
);
/** A statement with some of its words changed, or as a part of another one. */
const mutated = fc
  .tuple(fc.constantFrom(...tokens), fc.array(edit, { minLength: 1, maxLength: 2 }))
  .map(([start, edits]) => {
    let parts = [...start];
    for (const change of edits) {
      const names = [...parts.keys()].filter((index) => isName.test(parts[index] ?? ""));
      if ("isWrapped" in change) parts = ["SELECT * FROM (", ...parts, ") AS wrapped"];
      else if ("name" in change) parts.splice(names[Math.floor(change.at * names.length)] ?? 0, 1, change.name);
      else parts.splice(Math.floor(change.at * (parts.length + 1)), change.gone, change.piece);
    }
    return parts.join("");
  });

/** Everything of the copy that a statement could change, and the number of the next transaction, which every write would have moved. */
async function stateOf(copy: AttackedCopy): Promise<unknown> {
  return copy.run(`
    SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next_transaction,
      (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory') AS locks,
      (SELECT count(*)::int FROM pg_prepared_statements) AS prepared, (SELECT count(*)::int FROM pg_cursors) AS cursors,
      (SELECT md5(string_agg(name || setting, ';' ORDER BY name)) FROM pg_settings) AS settings,
      (SELECT string_agg(s.schemaname || s.sequencename || coalesce(s.last_value, 0), ';' ORDER BY 1) FROM pg_sequences s) AS sequences,
      (SELECT string_agg(name || size || modification, ';' ORDER BY name) FROM pg_ls_dir('.') AS name,
        pg_stat_file(name) WHERE NOT isdir AND name !~ 'pid|opts') AS files,
      (SELECT string_agg(name, ';' ORDER BY name) FROM pg_ls_dir('/tmp') AS name) AS canaries`);
}

test(`of ${runs} mutated statements none changes a copy, or ends in anything but an answer or a fault`, async () => {
  const outcomes: Record<string, number> = {};
  await withAttackedCopy(async (copy) => {
    await copy.run("SET search_path = shop, evil, public");
    const before = await stateOf(copy);
    for (const [index, text] of fc.sample(mutated, { numRuns: runs, seed }).entries()) {
      const outcome = (await copy.outcome(text)).replace(/:.*/s, "");
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (outcome === "anomaly") throw new Error(`an anomaly: ${JSON.stringify(text)}`);
      if (index % batch === batch - 1) expect(await stateOf(copy), `statements to ${index}`).toEqual(before);
    }
    expect(await stateOf(copy)).toEqual(before);
  });
  console.info(`pglite: ${runs} mutated statements (seed ${seed}): ${JSON.stringify(outcomes)}`);
  // Statements that are all refused would prove nothing.
  expect(outcomes["answered"]).toBeGreaterThan(0);
  expect(runs - (outcomes["refused"] ?? 0)).toBeGreaterThan(runs / 20);
}, 3_600_000);
