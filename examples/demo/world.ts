import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Canary } from "./canary.js";
import { fillDatabase, migrate } from "./databases.js";
import { startService, type Service } from "./start-service.js";
import { startTraffic } from "./traffic.js";

/** Two versions of a real service, with real data and real traffic. */
export interface World extends AsyncDisposable {
  readonly stable: Service;
  readonly canary: Service;
  /** The SQL database that the migration has made for version 2. */
  readonly database: string;
}

/** Starts everything that the release is about. Nothing of it is left when it is disposed of. */
export async function startWorld(canary: Canary): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "release-gates-demo-"));
  const [before, after] = [join(folder, "orders-1.db"), join(folder, "orders-2.db")];
  fillDatabase(before);
  migrate(before, after, { losesRows: canary === "bad-data" });

  const starting = [
    startService({ version: "1.0.0", database: before, canary: "healthy" }),
    startService({ version: "2.0.0", database: after, canary }),
  ] as const;
  let traffic: Disposable | undefined;
  const end = async (): Promise<void> => {
    traffic?.[Symbol.dispose]();
    const started = await Promise.allSettled(starting);
    const running = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    await Promise.all(running.map((service) => service[Symbol.asyncDispose]()));
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const [stable, next] = await Promise.all(starting);
    traffic = startTraffic([stable.url, next.url]);
    return { stable, canary: next, database: after, [Symbol.asyncDispose]: end };
  } catch (error) {
    await end();
    throw error;
  }
}
