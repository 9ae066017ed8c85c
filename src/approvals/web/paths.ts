import type { Act } from "./acts/act.js";

/** Where each page of a handler is, below the path where it is mounted. */
export class Paths {
  readonly base: string;

  constructor(base: string) {
    this.base = base;
  }

  /** The list of runs, from the one at a cursor. */
  runs(cursor?: string): string {
    return `${this.base}/${cursor === undefined ? "" : `?${new URLSearchParams({ from: cursor }).toString()}`}`;
  }

  run(runId: string): string {
    return `${this.base}/runs/${encodeURIComponent(runId)}`;
  }

  /** What happens in a run after a line of its record. */
  events(runId: string, afterLine: number): string {
    return `${this.run(runId)}/events?after=${afterLine}`;
  }

  approval(runId: string, gate: string, receipt?: string): string {
    return `${this.run(runId)}/approval?${ofGate(gate, receipt)}`;
  }

  rollCall(runId: string, gate: string, receipt?: string): string {
    return `${this.run(runId)}/roll-call?${ofGate(gate, receipt)}`;
  }

  /** What somebody does about a run, or about one of its gates. */
  act(runId: string, act: Act, gate?: string, receipt?: string): string {
    const query = new URLSearchParams({
      ...(gate === undefined ? {} : { gate }),
      ...(receipt === undefined ? {} : { receipt }),
    });
    return `${this.run(runId)}/acts/${act}${query.size === 0 ? "" : `?${query.toString()}`}`;
  }

  link(token: string, receipt?: string): string {
    const query = receipt === undefined ? "" : `?${new URLSearchParams({ receipt }).toString()}`;
    return `${this.base}/links/${token}${query}`;
  }
}

// A gate's path holds slashes, which not every proxy passes on in a path: it stands in the query.
function ofGate(gate: string, receipt: string | undefined): string {
  return new URLSearchParams({ gate, ...(receipt === undefined ? {} : { receipt }) }).toString();
}
