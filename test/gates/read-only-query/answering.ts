import type { AnswerColumn, ColumnKind, JsonObject, QueryRequest, ReadOnlyDatabase } from "release-gates";

/** A database that answers with these rows, and says of each column what it is. */
export function typed(
  name: string,
  kinds: Readonly<Record<string, ColumnKind | null>>,
  rows: readonly JsonObject[],
): ReadOnlyDatabase {
  const columns = Object.entries(kinds).map(([column, kind]): AnswerColumn => ({ name: column, kind }));
  return { ...answering(name, rows), query: async () => ({ rows, columns, warnings: [] }) };
}

/** A database that answers with these rows, or with what is made of the request. */
export function answering(
  name: string,
  rows: readonly JsonObject[] | ((request: QueryRequest) => readonly JsonObject[] | Promise<readonly JsonObject[]>),
): ReadOnlyDatabase {
  return {
    name,
    description: { name },
    query: async (request) => ({ rows: typeof rows === "function" ? await rows(request) : rows, warnings: [] }),
  };
}
