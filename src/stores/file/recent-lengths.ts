// A process that judges releases for months writes many records, and a few at a time.
const maxRuns = 1_000;

/** How many lines this process knows of the records that it has used lately, so that it need not read those again. */
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
