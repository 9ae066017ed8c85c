import { queryFault } from "../query-fault.js";
import { watchQuery } from "../query-cut.js";
import type { PgliteDatabase } from "./pglite-options.js";

/** How a copy is made. */
export interface DumpOptions {
  readonly source: string;
  /** How large it may be. */
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Takes the files of a database, as they are between two of its statements.
 *
 * A database that is busy for longer is a fault: it gives its files when it has answered whoever asked before. A write under way is no
 * part of them, as after a crash; what was committed is.
 */
export async function dumpInTime(
  db: PgliteDatabase,
  { source, maxBytes, timeoutMs, signal }: DumpOptions,
): Promise<Uint8Array> {
  const late = () =>
    queryFault(source, `it gave no copy within ${timeoutMs} ms`, { isRetryable: true, fault: "limit" });
  const cut = watchQuery({ signal, afterMs: timeoutMs, late });
  try {
    const copy = await Promise.race([db.dumpDataDir("none"), cut.happens]);
    if (copy.size <= maxBytes) return new Uint8Array(await copy.arrayBuffer());
    const why = `its files are larger than ${maxBytes} bytes, and would have to be copied; raise maxCopyBytes`;
    throw queryFault(source, why, { isRetryable: false, fault: "limit" });
  } finally {
    cut.cancel();
  }
}
