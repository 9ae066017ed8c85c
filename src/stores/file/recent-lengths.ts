// A process that judges releases for months writes many records, and a few at a time.
const maxRuns = 1_000;

/** How long the records were that this process has written lately, so that they need not be read to be appended to. */
export class RecentLengths {
  readonly #lengths = new Map<string, number>();

  of(runId: string): number {
    return this.#lengths.get(runId) ?? 0;
  }

  note(runId: string, lines: number): void {
    this.#lengths.delete(runId);
    this.#lengths.set(runId, lines);
    const [oldest] = this.#lengths.keys();
    if (this.#lengths.size > maxRuns && oldest !== undefined) this.#lengths.delete(oldest);
  }
}
