import type { LineFollower } from "../line-follower.js";
import type { PostgresListener, PostgresPool } from "./postgres-pool.js";
import { channelOf, grownSql } from "./postgres-store-sql.js";

interface LineNoticesOptions {
  readonly pool: PostgresPool;
  readonly schema: string;
  readonly pollMs: number;
}

/**
 * Wakes whoever follows a run when it has new lines: by one connection that listens, for all of them, and by one query every so
 * often, as a notification is lost where the connection is.
 */
export class LineNotices {
  readonly #options: LineNoticesOptions;
  readonly #followers = new Map<string, Set<LineFollower>>();
  #timer: NodeJS.Timeout | undefined;
  #listener: PostgresListener | undefined;
  #isConnecting = false;
  #isLooking = false;

  constructor(options: LineNoticesOptions) {
    this.#options = options;
  }

  /** Wakes a follower of a run from now on. Returns what ends that. */
  add(runId: string, follower: LineFollower): () => void {
    const others = this.#followers.get(runId) ?? new Set();
    this.#followers.set(runId, others.add(follower));
    this.#timer ??= setInterval(() => void this.#look(), this.#options.pollMs);
    void this.#listen();
    follower.wake();
    return () => {
      others.delete(follower);
      if (others.size === 0) this.#followers.delete(runId);
      if (this.#followers.size === 0) this.#stop();
    };
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#letGo();
  }

  #wake(runId: string): void {
    for (const follower of this.#followers.get(runId) ?? []) follower.wake();
  }

  async #listen(): Promise<void> {
    if (this.#listener || this.#isConnecting) return;
    this.#isConnecting = true;
    try {
      const listener = await this.#options.pool.connect();
      // A connection that breaks is given up; the next look makes another one.
      const lost = () => this.#listener === listener && this.#letGo();
      listener.on("error", lost);
      listener.on("end", lost);
      listener.on("notification", ({ payload }) => payload !== undefined && this.#wake(payload));
      this.#listener = listener;
      await listener.query(`LISTEN "${channelOf(this.#options.schema)}"`);
      // What was appended before it listened was told to nobody.
      await this.#look();
    } catch {
      this.#letGo();
    } finally {
      this.#isConnecting = false;
    }
    if (this.#followers.size === 0) this.#letGo();
  }

  #letGo(): void {
    const listener = this.#listener;
    this.#listener = undefined;
    // Closed, not given back: whoever had it next would be listening, too.
    listener?.release(true);
  }

  async #look(): Promise<void> {
    if (this.#isLooking || this.#followers.size === 0) return;
    this.#isLooking = true;
    try {
      const all = [...this.#followers].map(([runId, followers]) => [runId, leastOf(followers)] as const);
      const { rows } = await this.#options.pool.query(grownSql(this.#options.schema), [
        all.map(([runId]) => runId),
        all.map(([, told]) => told),
      ]);
      for (const { run_id: runId } of rows) this.#wake(String(runId));
    } catch {
      // The server is away: followers hear of it when they read, and the next look is soon.
    } finally {
      this.#isLooking = false;
    }
    if (this.#followers.size > 0) void this.#listen();
  }
}

function leastOf(followers: ReadonlySet<LineFollower>): number {
  return Math.min(...[...followers].map(({ told }) => told));
}
