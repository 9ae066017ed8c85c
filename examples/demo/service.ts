/**
 * The service that is released: orders, over HTTP, from a SQL database. Runs as a process of its own.
 *
 * Its one argument is JSON, see {@link ServiceArguments}. Prints where it listens as one line of JSON, and ends with its
 * standard input: it never outlives whoever started it.
 */
import { rmSync } from "node:fs";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import sqlite from "node-sqlite3-wasm";
import { Counter, Histogram, Registry } from "prom-client";
import type { Canary } from "./canary.js";
import { faultOf } from "./faults.js";

/** How a service is started. */
export interface ServiceArguments {
  readonly version: string;
  /** The database file. It, and its folder, are removed when the service ends. */
  readonly database: string;
  readonly canary: Canary;
}

/** Where a service listens. */
export interface ServicePorts {
  readonly port: number;
  readonly metricsPort: number;
}

const { version, database, canary } = JSON.parse(process.argv[2] ?? "{}") as ServiceArguments;
const startedAt = Date.now();

const registry = new Registry();
const requests = new Counter({
  name: "http_requests_total",
  help: "Answered requests.",
  labelNames: ["route", "status"],
  registers: [registry],
});
const durations = new Histogram({
  name: "http_request_duration_seconds",
  help: "How long requests took.",
  labelNames: ["route"],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 2.5],
  registers: [registry],
});

const db = new sqlite.Database(database, { readOnly: true });
db.exec("PRAGMA busy_timeout = 5000");
const ordersOf = db.prepare("SELECT id, placed_at, total_cents FROM orders WHERE customer_id = ? ORDER BY id");
const countOrders = db.prepare("SELECT count(*) AS orders FROM orders");

let count = 0;

async function orders(customer: number): Promise<[status: number, body: object]> {
  const { fails, delayMs } = faultOf(canary, ++count, Date.now() - startedAt);
  if (delayMs > 0) await delay(delayMs);
  if (fails) return [503, { error: "no connection to the payment ledger" }];
  const rows = ordersOf.all([customer]);
  const total = rows.reduce((sum, { total_cents }) => sum + Number(total_cents), 0);
  return [200, { customer, total, orders: rows }];
}

async function answer(url: URL): Promise<[status: number, body: object]> {
  try {
    if (url.pathname === "/healthz") return [200, { status: "ok", version, ...countOrders.all()[0] }];
    if (url.pathname === "/orders") return await orders(Number(url.searchParams.get("customer")));
    return [404, { error: "not found" }];
  } catch (error) {
    return [500, { error: String(error) }];
  }
}

async function serve(path: string, response: ServerResponse): Promise<void> {
  const url = new URL(path, "http://service");
  const route = url.pathname;
  const end = durations.startTimer({ route });
  const [status, body] = await answer(url);
  send(response, status, "application/json", JSON.stringify(body));
  end();
  requests.inc({ route, status });
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": type }).end(body);
}

const api: RequestListener = (request, response) => void serve(request.url ?? "/", response);

async function serveMetrics(response: ServerResponse): Promise<void> {
  send(response, 200, registry.contentType, await registry.metrics());
}

const metrics: RequestListener = (_, response) => void serveMetrics(response);

async function listen(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

function stop(): never {
  try {
    rmSync(dirname(database), { recursive: true, force: true, maxRetries: 3 });
  } finally {
    process.exit(0);
  }
}

process.stdin.on("end", stop).on("error", stop).resume();
// Ctrl-C reaches every process of a terminal; this one ends when its starter says so.
process.on("SIGINT", () => {});

const { port } = await listen(api);
const { server: metricsServer, port: metricsPort } = await listen(metrics);
// The port stays known, and nobody listens there any more.
if (canary === "monitoring-down") metricsServer.close();
process.stdout.write(`${JSON.stringify({ port, metricsPort } satisfies ServicePorts)}\n`);
