import type { LineFollower } from "../line-follower.js";
import { mostConnections, type PostgresListener, type PostgresPool } from "./postgres-pool.js";
import { channelOf, grownSql } from "./postgres-store-sql.js";

interface LineNoticesOptions {
  readonly pool: PostgresPool;
  readonly schema: string;
  readonly pollMs: number;
}

// How many connections of a pool listen: it may serve several stores, and whoever writes needs one.
const listening = new WeakMap<PostgresPool, number>();

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
    // One that is about to listen decides when it does: somebody else may follow by then.
    if (!this.#isConnecting) this.#letGo();
  }

  #wake(runId: string): void {
    for (const follower of this.#followers.get(runId) ?? []) follower.wake();
  }

  async #listen(): Promise<void> {
    const { pool } = this.#options;
    if (this.#listener || this.#isConnecting || (listening.get(pool) ?? 0) + 2 > mostConnections(pool)) return;
    this.#isConnecting = true;
    this.#countListeners(1);
    const listener = await pool.connect().catch(() => undefined);
    if (listener) await this.#hear(listener);
    else this.#countListeners(-1);
    this.#isConnecting = false;
    if (this.#followers.size === 0) this.#letGo();
  }

  async #hear(listener: PostgresListener): Promise<void> {
    // A connection that breaks is given up; the next look makes another one.
    const lost = () => this.#listener === listener && this.#letGo();
    listener.on("error", lost);
    listener.on("end", lost);
    listener.on("notification", ({ payload }) => payload !== undefined && this.#wake(payload));
    this.#listener = listener;
    try {
      await listener.query(`LISTEN "${channelOf(this.#options.schema)}"`);
      // What was appended before it listened was told to nobody.
      await this.#look();
    } catch {
      this.#letGo();
    }
  }

  #letGo(): void {
    const listener = this.#listener;
    if (!listener) return;
    this.#listener = undefined;
    this.#countListeners(-1);
    // Closed, not given back: whoever had it next would be listening, too.
    listener.release(true);
  }

  #countListeners(change: 1 | -1): void {
    const { pool } = this.#options;
    listening.set(pool, (listening.get(pool) ?? 0) + change);
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
