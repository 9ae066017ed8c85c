import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const binary = process.env["PROMETHEUS"] ?? "prometheus";

/** Whether there is a Prometheus on this machine. */
export const hasPrometheus = spawnSync(binary, ["--version"]).status === 0;

/** How to get one. */
export const howToGetPrometheus = "apt-get install prometheus, or set PROMETHEUS to the binary";

/** A real Prometheus that scrapes one target every second. */
export interface PrometheusServer extends AsyncDisposable {
  readonly url: string;
}

/** Starts Prometheus on a free port, with a folder of its own. */
export async function startPrometheus(target: string): Promise<PrometheusServer> {
  const folder = await mkdtemp(join(tmpdir(), "release-gates-prometheus-"));
  const config = {
    global: { scrape_interval: "1s", scrape_timeout: "1s" },
    scrape_configs: [{ job_name: "orders", static_configs: [{ targets: [target] }] }],
  };
  // YAML is a superset of JSON.
  await writeFile(join(folder, "prometheus.yml"), JSON.stringify(config));
  const port = await freePort();
  const args = [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no free port");
  return address.port;
}
