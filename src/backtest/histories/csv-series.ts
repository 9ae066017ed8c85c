import { CsvError, parse } from "csv-parse/sync";
import { parseSampleNumber } from "../../metrics/sample-number.js";
import { readInstant } from "../instant.js";
import type { SeriesPoint } from "./series.js";
import { invalidSeries } from "./series-history.js";

/** Which columns of a CSV file are what. */
export interface CsvColumns {
  /** The column of the time. */
  readonly time: string;
  /** The column of each series, by the name of the source that it stands for. */
  readonly values: Readonly<Record<string, string>>;
  /** The column of the traffic behind the values of a series, by the same name. @default the file does not say */
  readonly traffic?: Readonly<Record<string, string>>;
  /**
   * The zone of times that have none: `Z`, or an offset such as `+02:00`. Times that name their zone keep it.
   *
   * An offset, and no place: where clocks are set back, an hour of local times has two meanings.
   *
   * @default such times are refused
   */
  readonly zone?: string;
  /** What stands between two fields. @default what stands after the first column's name: a comma, semicolon or tab */
  readonly delimiter?: string;
}

/**
 * Reads series out of a CSV file with a header, such as Grafana exports it, for `seriesHistory`.
 *
 * Times are ISO 8601, `2026-10-05 14:00:00` with `zone`, or epoch seconds or milliseconds: one format a file. An empty field,
 * `null` and `undefined` are null, `NaN` is NaN. Numbers with a unit or a decimal comma are refused: export raw values. Throws
 * a `GateError` with code `RUN_INPUT_INVALID` that names line and column.
 *
 * @example
 * ```ts
 * import { csvSeries } from "release-gates/backtest";
 *
 * const text = "Time,depth\n2026-10-05 14:00:00,12\n2026-10-05 14:01:00,15\n";
 * export const series = csvSeries(text, { time: "Time", values: { "orders backlog": "depth" }, zone: "+02:00" });
 * ```
 */
export function csvSeries(text: string, columns: CsvColumns): Record<string, SeriesPoint[]> {
  const { zone } = columns;
  if (zone !== undefined && !/^(?:Z|[+-]\d{2}:\d{2})$/.test(zone))
    throw invalidSeries(`zone: expected "Z" or an offset such as "+02:00", got "${zone}"`);
  const rows = parseCsv(text, columns.delimiter);
  const at = timeReader(zone);
  const series = Object.entries(columns.values).map(([name, column]) => [
    name,
    rows.map((row): SeriesPoint => {
      const traffic = columns.traffic?.[name];
      const count = traffic === undefined ? null : readNumber(row, traffic);
      return {
        at: at(row, columns.time),
        value: readNumber(row, column),
        ...(count === null ? {} : { traffic: count }),
      };
    }),
  ]);
  return Object.fromEntries(series) as Record<string, SeriesPoint[]>;
}

interface Row {
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
}

function parseCsv(text: string, delimiter: string | undefined): readonly Row[] {
  // Excel is told the delimiter in a line of its own.
  const told = /^\uFEFF?sep=(.)\r?\n/.exec(text);
  const body = told ? text.slice(told[0].length) : text;
  const header = body.split(/\r?\n/, 1)[0] ?? "";
  const found = delimiter ?? told?.[1] ?? /[,;\t]/.exec(header.replace(/"[^"]*"/g, ""))?.[0] ?? ",";
  try {
    const records: { record: Record<string, string>; info: { lines: number } }[] = parse(body, {
      columns: distinctColumns,
      delimiter: found,
      bom: true,
      trim: true,
      skip_empty_lines: true,
      info: true,
    });
    if (records.length === 0) throw invalidSeries("the CSV file has no line after its header");
    const before = told ? 1 : 0;
    return records.map(({ record, info }) => ({ line: info.lines + before, fields: record }));
  } catch (error) {
    if (error instanceof CsvError) throw invalidSeries(`the CSV file cannot be read: ${error.message}`);
    throw error;
  }
}

function distinctColumns(names: readonly string[]): string[] {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidSeries(`the CSV file has two columns "${twice}"; give one another name`);
  return [...names];
}

function fieldOf({ fields }: Row, column: string): string {
  if (Object.hasOwn(fields, column)) return fields[column] ?? "";
  const known = Object.keys(fields).map((name) => `"${name}"`);
  throw invalidSeries(`the CSV file has no column "${column}"; its columns: ${known.join(", ")}`);
}

const absent: ReadonlySet<string> = new Set(["", "null", "undefined"]);

function readNumber(row: Row, column: string): number | null {
  const field = fieldOf(row, column);
  if (absent.has(field)) return null;
  const number = parseSampleNumber(field);
  if (number !== undefined) return number;
  const what = `expected a number, got ${JSON.stringify(field.slice(0, 50))}; export raw values, without units`;
  throw invalidSeries(`line ${row.line}, column "${column}": ${what}`);
}

type TimeFormat = "ISO 8601 with a zone" | "a time without a zone" | "epoch seconds" | "epoch milliseconds";

function formatOf(field: string): TimeFormat | undefined {
  if (/^\d{9,10}(?:\.\d+)?$/.test(field)) return "epoch seconds";
  if (/^\d{12,13}$/.test(field)) return "epoch milliseconds";
  if (/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/.test(field)) return "a time without a zone";
  return typeof readInstant(field) === "number" ? "ISO 8601 with a zone" : undefined;
}

function timeReader(zone: string | undefined): (row: Row, column: string) => number {
  let first: { readonly format: TimeFormat; readonly line: number } | undefined;
  return (row, column) => {
    const field = fieldOf(row, column);
    const shown = JSON.stringify(field.slice(0, 50));
    const refuse = (why: string) => invalidSeries(`line ${row.line}, column "${column}": ${why}`);
    const format = formatOf(field);
    if (format === undefined) throw refuse(`expected a time, got ${shown}`);
    first ??= { format, line: row.line };
    if (format !== first.format) throw refuse(`${format}, where line ${first.line} has ${first.format}`);
    if (format === "a time without a zone" && zone === undefined) {
      throw refuse(`${shown} has no time zone; say which one by zone, for example zone: "Z"`);
    }
    const at = timeOf(field, format, zone ?? "Z");
    // The 30th of February is no time.
    if (typeof at !== "number") throw refuse(`expected a time, got ${shown}`);
    return at;
  };
}

function timeOf(field: string, format: TimeFormat, zone: string): ReturnType<typeof readInstant> {
  switch (format) {
    case "epoch seconds":
      return Math.round(Number(field) * 1_000);
    case "epoch milliseconds":
      return Number(field);
    case "a time without a zone":
      return readInstant(`${field.replace(" ", "T")}${field.length === 16 ? ":00" : ""}${zone}`);
    case "ISO 8601 with a zone":
      return readInstant(field);
  }
}
