/** Which runs are listed. */
export interface RunsPage {
  /** How many at most. From 1 to 1,000. @default 100 */
  readonly limit?: number;
  /** Only runs that began before this one. None where the store does not hold it. */
  readonly before?: string;
}

/** A line of a record, and when the store took it. */
export interface StoredLine {
  readonly line: string;
  /** By the store's own clock, never by the writer's word. In milliseconds since the epoch; minus infinity where nobody knows. */
  readonly storedAt: number;
}

/** Is told of lines as they come, and of when the store took each, as in {@link StoredLine}. */
export type LineListener = (lines: readonly string[], storedAt: readonly number[]) => void;

/**
 * Where the lines of records live.
 *
 * Rules:
 * - `append` is a compare-and-swap: of several writers with one `expectedLines`, one wins, and the others get a
 *   `GateError` with code `STORE_CONFLICT`. All of its lines are stored, or none.
 * - When `append` has resolved, the lines survive whatever the store promises to survive.
 * - Lines come back exactly as they were given, in their order.
 * - A key that ends in `:inbox` is that of a run's inbox. It holds lines as any other, and is no run that is listed.
 * - A line of an inbox has at most 270,336 bytes: a longer one is refused, and nothing of that append is stored. Where one got in past
 *   the store, `readStored` and `subscribe` may cut it to no less than one byte more, so that nobody has to hold it.
 * - When a line was taken is said by the store's own clock, and not by whoever appends it.
 */
export interface RecordStore {
  /** Appends lines to a run's record, which must hold exactly `expectedLines` lines before. */
  append(runId: string, expectedLines: number, lines: readonly string[]): Promise<void>;
  /** Reads a run's lines, from the one after `afterLine` (0 for all). Empty for a run that is not known. */
  read(runId: string, afterLine?: number): Promise<readonly string[]>;
  /**
   * Reads the lines after `afterLine`, and when the store took each: as many as are easily held at once, and at least one where there
   * is one.
   */
  readStored(runId: string, afterLine: number): Promise<readonly StoredLine[]>;
  /**
   * Calls back with the lines after `afterLine`: those there are, then each as it is appended; each once, in order.
   *
   * Returns what ends that. A listener that throws hurts nobody.
   */
  subscribe(runId: string, afterLine: number, listener: LineListener): () => void;
  /** The ids of the runs that have lines, the one that began last first. Rejects where a page is none. */
  runs(page?: RunsPage): Promise<readonly string[]>;
}
