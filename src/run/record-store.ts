/** Which runs are listed. */
export interface RunsPage {
  /** How many at most. From 1 to 1,000. @default 100 */
  readonly limit?: number;
  /** Only runs that began before this one. None where the store does not hold it. */
  readonly before?: string;
}

/**
 * Where the lines of records live.
 *
 * Rules:
 * - `append` is a compare-and-swap: of several writers with one `expectedLines`, one wins, and the others get a
 *   `GateError` with code `STORE_CONFLICT`. All of its lines are stored, or none.
 * - When `append` has resolved, the lines survive whatever the store promises to survive.
 * - Lines come back exactly as they were given, in their order.
 * - A key that ends in `:inbox` is that of a run's inbox. It holds lines as any other, and is no run that is listed.
 */
export interface RecordStore {
  /** Appends lines to a run's record, which must hold exactly `expectedLines` lines before. */
  append(runId: string, expectedLines: number, lines: readonly string[]): Promise<void>;
  /** Reads a run's lines, from the one after `afterLine` (0 for all). Empty for a run that is not known. */
  read(runId: string, afterLine?: number): Promise<readonly string[]>;
  /**
   * Calls back with the lines after `afterLine`: those there are, then each as it is appended; each once, in order.
   *
   * Returns what ends that. A listener that throws hurts nobody.
   */
  subscribe(runId: string, afterLine: number, listener: (lines: readonly string[]) => void): () => void;
  /** The ids of the runs that have lines, the one that began last first. Rejects where a page is none. */
  runs(page?: RunsPage): Promise<readonly string[]>;
}
