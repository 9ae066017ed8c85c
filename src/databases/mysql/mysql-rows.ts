import type { Json, JsonObject } from "../../gate/json.js";
import type { QueryAnswer, QueryRequest } from "../../gates/read-only-query/read-only-database.js";
import type { QueryCut } from "../query-cut.js";
import { tooManyBytes, tooManyRows } from "../query-fault.js";
import type { MysqlClient, MysqlField } from "./mysql-client.js";
import { SessionAnomaly } from "./mysql-fault.js";
import { isUnclear, jsonValue, kindOfField, readValue } from "./mysql-value.js";

/**
 * Runs the statement, prepared by the server, and reads its rows as they come.
 *
 * Cuts the query at the first row that is too many. Throws a {@link SessionAnomaly} for what is no set of rows.
 */
export async function readRows(
  client: MysqlClient,
  name: string,
  { text, params, maxRows, maxBytes }: QueryRequest,
  cut: QueryCut,
): Promise<Pick<Required<QueryAnswer>, "rows" | "columns">> {
  const rows: JsonObject[] = [];
  let fields: readonly MysqlField[] | undefined;
  await new Promise<void>((resolve, reject) => {
    const query = { sql: text, values: params, rowsAsArray: true, typeCast: readValue } as const;
    client
      .execute(query)
      .on("fields", (given) => {
        if (fields || !given)
          return reject(new SessionAnomaly("the statement returned something else than one set of rows"));
        const why = whyUnreadable(given);
        if (why !== undefined) reject(new SessionAnomaly(why));
        fields = given;
      })
      .on("result", (row) => {
        if (rows.length === maxRows) return cut.now(tooManyRows(name, maxRows));
        try {
          rows.push(rowOf(row, fields));
        } catch (error) {
          reject(error);
        }
      })
      .on("error", reject)
      .on("end", resolve);
  });
  if (Buffer.byteLength(JSON.stringify(rows)) > maxBytes) throw tooManyBytes(name, maxBytes);
  return { rows, columns: (fields ?? []).map((field) => ({ name: field.name, kind: kindOfField(field) })) };
}

function whyUnreadable(fields: readonly MysqlField[]): string | undefined {
  const twice = fields.find(({ name: one }, at) => fields.findIndex(({ name: other }) => other === one) !== at);
  if (twice) return `two columns have the name "${twice.name}"; give one of them another`;
  const bits = fields.find(isUnclear);
  return bits && `the column "${bits.name}" holds computed bits, which cannot be told from digits; select it + 0`;
}

function rowOf(row: unknown, fields: readonly MysqlField[] | undefined): JsonObject {
  if (!Array.isArray(row) || fields?.length !== row.length) throw new SessionAnomaly("a row is not understood");
  const values: readonly unknown[] = row;
  return Object.fromEntries(
    fields.map((field, index): [string, Json] => [field.name, jsonValue(values[index], field)]),
  );
}
