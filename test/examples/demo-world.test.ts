import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import sqlite from "node-sqlite3-wasm";
import * as z from "zod";
import { describe, expect, test } from "vitest";
import { canaries, type Canary } from "../../examples/demo/canary.js";
import { faultOf } from "../../examples/demo/faults.js";
import { startWorld } from "../../examples/demo/world.js";

const holder = fileURLToPath(new URL("world-holder.ts", import.meta.url));
const place = z.object({ urls: z.array(z.url()), database: z.string() });

async function holdWorld() {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(process.execPath, ["--import", "tsx", holder], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = await once(createInterface(child.stdout), "line");
  const { urls, database } = place.parse(JSON.parse(String(line)));
  // A connection ends with the process behind it: no need to look again and again.
  const sockets = urls.map((url) => connect(Number(new URL(url).port), "127.0.0.1").on("error", () => {}));
  // Reset or ended, both will do.
  const ends = sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve)));
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  return { child, database, ends };
}

describe("startWorld", () => {
  test("serves two versions over real data", async () => {
    await using world = await startWorld("healthy");
    const totals = await Promise.all(
      [world.stable, world.canary].map(async ({ url, version }) => {
        const health: unknown = await (await fetch(`${url}/healthz`)).json();
        expect(health).toEqual({ status: "ok", version, orders: 4_000 });
        const answer = z.object({ total: z.int().positive(), orders: z.array(z.unknown()).length(20) });
        return answer.parse(await (await fetch(`${url}/orders?customer=7`)).json()).total;
      }),
    );
    expect(totals[0]).toBe(totals[1]);
    const metrics = await (await fetch(world.canary.metricsUrl)).text();
    expect(metrics).toContain("http_request_duration_seconds_bucket");
    expect(metrics).toMatch(/^http_requests_total\{route="\/orders",status="200"\} \d+$/m);
  });

  test("loses rows in a bad migration", async () => {
    await using world = await startWorld("bad-data");
    const db = new sqlite.Database(world.database, { readOnly: true });
    db.exec("PRAGMA busy_timeout = 5000");
    const counts = db.get(
      "SELECT (SELECT count(*) FROM staging_orders) AS loaded, (SELECT count(*) FROM orders) AS kept",
    );
    db.close();
    expect(counts).toEqual({ loaded: 4_000, kept: 3_990 });
  });

  test("has no metrics where monitoring is down, and serves all the same", async () => {
    await using world = await startWorld("monitoring-down");
    await expect(fetch(world.canary.metricsUrl)).rejects.toThrow("fetch failed");
    expect((await fetch(`${world.canary.url}/orders?customer=1`)).status).toBe(200);
  });

  test.each(["ended", "killed"])("leaves no process and no file when whoever started it was %s", async (how) => {
    const { child, database, ends } = await holdWorld();
    expect(existsSync(database)).toBe(true);
    if (how === "killed") child.kill("SIGKILL");
    else child.stdin.end();
    await Promise.all(ends);
    expect(existsSync(dirname(database))).toBe(false);
  });
});

function suffered(canary: Canary, upMs = 0) {
  return Array.from({ length: 100 }, (_, index) => faultOf(canary, index + 1, upMs));
}

describe("faultOf", () => {
  test("lets one request in ten fail where there are errors", () => {
    for (const canary of ["errors", "no-rollback"] as const) {
      expect(suffered(canary).filter(({ fails }) => fails)).toHaveLength(10);
    }
  });

  test("delays every request where it is slow", () => {
    expect(Math.min(...suffered("slow").map(({ delayMs }) => delayMs))).toBe(1_500);
  });

  test("is good and bad in turns where it flaps", () => {
    const bad = [0, 1_499, 1_500, 2_999, 3_000].map(
      (upMs) => suffered("flapping", upMs).filter(({ fails }) => fails).length,
    );
    expect(bad).toEqual([0, 0, 50, 50, 0]);
  });

  test("leaves requests alone where nothing is wrong with the service", () => {
    const rest = canaries.filter((canary) => !["errors", "no-rollback", "slow", "flapping"].includes(canary));
    for (const canary of rest)
      expect(suffered(canary).every(({ fails, delayMs }) => !fails && delayMs === 0)).toBe(true);
    expect(rest).toEqual(["healthy", "bad-data", "monitoring-down"]);
  });
});
