import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A world that answers gates, and counts what it was asked. */
export interface WorldServer extends AsyncDisposable {
  readonly url: string;
  /** Every request so far: path and query. */
  readonly requests: readonly string[];
  /** Resolves when the next request for a path has come, which is never answered. */
  swallow(path: string): Promise<void>;
  /** How often each path was asked. */
  counts(): ReadonlyMap<string, number>;
}

/** Starts the world on a free port. */
export async function startWorld(): Promise<WorldServer> {
  const requests: string[] = [];
  const swallowed = new Map<string, () => void>();
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    requests.push(url);
    const path = pathOf(url);
    const tell = swallowed.get(path);
    if (!tell) return answer(path, response);
    swallowed.delete(path);
    tell();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    swallow: (path) => new Promise((resolve) => swallowed.set(path, resolve)),
    counts: () => countBy(requests, pathOf),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** How many items have each key. */
export function countBy<Item>(items: readonly Item[], key: (item: Item) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

function answer(path: string, response: ServerResponse): void {
  const body = path === "/errors" ? 0.001 : path === "/query" ? [{ lost: 0 }] : "ok";
  response.setHeader("content-type", "application/json").end(JSON.stringify(body));
}

function pathOf(url: string): string {
  return new URL(url, "http://world").pathname;
}
