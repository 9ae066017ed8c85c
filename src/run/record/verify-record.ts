import { inspectRecord, type RecordHead } from "./inspect-record.js";

/** What a check of a record came to. */
export type RecordReport =
  | {
      readonly ok: true;
      /** How many lines there are. */
      readonly lines: number;
      /** The SHA-256 of the last line, in hexadecimal: kept elsewhere, it vouches for all of them. */
      readonly head: string;
      /** Whether the run has come to its verdict. */
      readonly isDecided: boolean;
    }
  | {
      readonly ok: false;
      /** The first line that cannot be trusted, from 1; 0 where there are no lines at all. */
      readonly line: number;
      /** Why, in a sentence. */
      readonly reason: string;
    };

/**
 * Says whether a record is as its run wrote it: no line changed, removed, added or moved.
 *
 * Lines missing at the end are seen against a `head` alone: `verdict.record`, kept where whoever can write to the store cannot; as a text,
 * the hash of the last line. With a number of lines, what was appended later is no fault. Whoever can write the store and has no such
 * head to fear can forge a whole record. Never throws, whatever it is given.
 *
 * @example
 * ```ts
 * import { verifyRecord } from "release-gates";
 * import { fileStore } from "release-gates/stores";
 *
 * const store = fileStore({ folder: "./records" });
 * const report = verifyRecord(await store.read("orders 2.4.0"));
 * console.log(report.ok ? report.head : `line ${report.line}: ${report.reason}`);
 * ```
 */
export function verifyRecord(
  record: readonly string[],
  options: { readonly head?: string | RecordHead } = {},
): RecordReport {
  try {
    const inspection = inspectRecord(record, options.head);
    if (!inspection.ok) return { ok: false, line: inspection.line, reason: inspection.reason };
    const { events, head } = inspection;
    return { ok: true, lines: events.length, head, isDecided: events.some(({ type }) => type === "run:decided") };
  } catch {
    // A list that cannot even be looked at is no record.
    return { ok: false, line: 0, reason: "it cannot be read" };
  }
}
