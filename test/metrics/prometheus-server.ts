import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const binary = process.env["PROMETHEUS"] ?? "prometheus";

const promtool = process.env["PROMTOOL"] ?? "promtool";

/** Whether there is a Prometheus on this machine. */
export const hasPrometheus = spawnSync(binary, ["--version"]).status === 0;

/** How to get one. */
export const howToGetPrometheus = "apt-get install prometheus, or set PROMETHEUS to the binary";

/** A real Prometheus that scrapes one target every second. */
export interface PrometheusServer extends AsyncDisposable {
  readonly url: string;
}

/** Starts Prometheus on a free port, with a folder of its own; it scrapes a target, or remembers what it is given. */
export async function startPrometheus(target: string | { readonly openMetrics: string }): Promise<PrometheusServer> {
  const folder = await mkdtemp(join(tmpdir(), "release-gates-prometheus-"));
  const config = {
    global: { scrape_interval: "1s", scrape_timeout: "1s" },
    scrape_configs: typeof target === "string" ? [{ job_name: "orders", static_configs: [{ targets: [target] }] }] : [],
  };
  if (typeof target !== "string") await remember(folder, target.openMetrics);
  // YAML is a superset of JSON.
  await writeFile(join(folder, "prometheus.yml"), JSON.stringify(config));
  const port = await freePort();
  const args = [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    // What it remembers may be of any year.
    "--storage.tsdb.retention.time=100y",
  ];
  const process = spawn(binary, args, { stdio: ["ignore", "ignore", "pipe"] });
  const exited = once(process, "exit");
  const log: string[] = [];
  const ready = new Promise<void>((resolve, reject) => {
    createInterface({ input: process.stderr }).on("line", (line) => {
      log.push(line);
      if (line.includes("Server is ready to receive web requests")) resolve();
    });
    exited.then(() => reject(new Error(`Prometheus ended:\n${log.join("\n")}`)), reject);
  });
  await ready;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      process.kill("SIGTERM");
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whether there is the tool that writes a Prometheus' memory. */
export const hasPromtool = spawnSync(promtool, ["--version"]).status === 0;

async function remember(folder: string, openMetrics: string): Promise<void> {
  const file = join(folder, "history.om");
  await writeFile(file, openMetrics);
  const args = ["tsdb", "create-blocks-from", "openmetrics", file, join(folder, "data")];
  const { status, stderr } = spawnSync(promtool, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`promtool failed:\n${stderr}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no free port");
  return address.port;
}
