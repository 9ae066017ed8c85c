import { runText, textLiteral, type MysqlClient } from "./mysql-client.js";
import type { ReadingRules } from "./mysql-options.js";
import type { Named } from "./sql/read-statement.js";
import { anyName, isOfShapes } from "./sql/shape-notes.js";
import { StatementRefusal } from "./sql/statement-refusal.js";

// MariaDB reads any bytes as a geometry; of some, parts in parts without end, its process ends. Into a column of geometry it puts none of
// them. Of texts it takes them, too, where a geometry stands beside: in `IF(a, text, place)`, or in a set of queries.

/** What joins or cuts texts, or takes them out of JSON: of a true shape it makes a forged one, which no word for bytes tells. */
const textMakers = new Set(
  `concat concat_ws elt export_set extractvalue group_concat insert json_unquote json_value left lpad make_set mid natural_sort_key quote
  regexp_replace regexp_substr repeat replace reverse right rpad sformat substr substring substring_index to_char trim ltrim rtrim
  updatexml`.split(/\s+/),
);
/** Types of columns that hold a shape, or whose values are too short for one, or have no bytes of their own. */
const safeTypes = new Set(
  `geometry point linestring polygon multipoint multilinestring multipolygon geometrycollection geomcollection
  tinyint smallint mediumint int bigint decimal float double bit year date time datetime timestamp uuid inet4 inet6`.split(
    /\s+/,
  ),
);

/** Whether it calls functions of geometry. */
export function readsShapes({ functions }: Pick<Named, "functions">): boolean {
  return [...functions].some(isOfShapes);
}

/** Throws a {@link StatementRefusal} where functions of geometry stand beside what could make a shape of bytes. */
export function assertNoShapeMakers(all: readonly Named[]): void {
  if (!all.some(readsShapes)) return;
  if (all.some(({ makesBytes }) => makesBytes)) {
    throw new StatementRefusal(
      "functions of geometry beside bytes (x'…', UNHEX, CHAR, BINARY and their like) or JSON_TABLE are refused; use ST_GeomFromText",
    );
  }
  const maker = all.flatMap(({ functions }) => [...functions]).find((name) => textMakers.has(name));
  if (maker === undefined) return;
  throw new StatementRefusal(
    `${maker.toUpperCase()} beside functions of geometry is refused, as it could forge a shape; ask for its text in another query`,
  );
}

/** Throws a {@link StatementRefusal} where a column of texts or bytes may come into a function of geometry. */
export async function assertShapeColumns(
  all: readonly Named[],
  check: { readonly client: MysqlClient; readonly rules: Pick<ReadingRules, "database"> },
): Promise<void> {
  for (const named of all) if (named.shapes.wanted.size > 0) await assertColumns(named, check);
}

async function assertColumns(
  { relations, shapes: { wanted, given } }: Named,
  { client, rules: { database } }: { readonly client: MysqlClient; readonly rules: Pick<ReadingRules, "database"> },
): Promise<void> {
  if (wanted.has(anyName)) throw refusal("it is not clear which column");
  const names = [...wanted].map(textLiteral).join(", ");
  const tables = relations.map(
    ({ schema = database, name }) => `(TABLE_SCHEMA = ${textLiteral(schema)} AND TABLE_NAME = ${textLiteral(name)})`,
  );
  const { rows } = await runText(
    client,
    `SELECT LOWER(COLUMN_NAME), LOWER(DATA_TYPE) FROM information_schema.COLUMNS
      WHERE (${["FALSE", ...tables].join(" OR ")}) AND COLUMN_NAME IN (${names})`,
  );
  const other = rows.find(([, type]) => !safeTypes.has(type ?? ""));
  if (other) throw refusal(`the column ${other[0]} (${other[1]})`);
  const found = new Set(rows.map(([name]) => name));
  const unknown = [...wanted].find((name) => !found.has(name) && !given.has(name));
  if (unknown !== undefined) throw refusal(`${unknown.slice(0, 64)}, which is not known,`);
}

function refusal(what: string): StatementRefusal {
  return new StatementRefusal(
    `${what} may come into a function of geometry, which reads columns of geometry and numbers alone`,
  );
}
