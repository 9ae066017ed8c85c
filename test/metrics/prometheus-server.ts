import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { hasProgram, startServer, type RealServer } from "./real-server.js";

const binary = process.env["PROMETHEUS"] ?? "prometheus";
// It comes with Prometheus.
const promtool = process.env["PROMTOOL"] ?? "promtool";
const victoria = "victoria-metrics";

/** Whether there is a Prometheus on this machine. */
export const hasPrometheus = hasProgram(binary, "--version");

/** How to get one. */
export const howToGetPrometheus = "apt-get install prometheus, or set PROMETHEUS to the binary";

/** Whether there is the tool that writes a Prometheus' memory. */
export const hasPromtool = hasProgram(promtool, "--version");

/** Whether there is a VictoriaMetrics on this machine. */
export const hasVictoriaMetrics = hasProgram(victoria, "--version");

/** How to get one. */
export const howToGetVictoriaMetrics = "apt-get install victoria-metrics";

/** Starts Prometheus, which scrapes one target every second. */
export function startPrometheus(target: string): Promise<RealServer> {
  return startWith({
    global: { scrape_interval: "1s", scrape_timeout: "1s" },
    scrape_configs: [{ job_name: "orders", static_configs: [{ targets: [target] }] }],
  });
}

/** Starts Prometheus with a past: OpenMetrics with timestamps. */
export function startPrometheusWith(history: string): Promise<RealServer> {
  return startWith({}, history);
}

function startWith(config: object, history?: string): Promise<RealServer> {
  return startServer(async ({ port, folder }) => {
    // YAML is a superset of JSON.
    await writeFile(join(folder, "prometheus.yml"), JSON.stringify(config));
    if (history !== undefined) await writeBlocks(folder, history);
    return {
      binary,
      args: [
        `--config.file=${join(folder, "prometheus.yml")}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        // What it remembers may be of any year.
        "--storage.tsdb.retention.time=100y",
      ],
      readyLine: "Server is ready to receive web requests",
    };
  });
}

async function writeBlocks(folder: string, history: string): Promise<void> {
  const file = join(folder, "history.txt");
  await writeFile(file, `${history.trimEnd()}\n# EOF\n`);
  const args = ["tsdb", "create-blocks-from", "openmetrics", file, join(folder, "data")];
  const { status, stderr } = spawnSync(promtool, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`promtool: ${stderr}`);
}

/** Resolves when somebody listens there; what starts a server says by its line that it will. */
async function listening(url: string): Promise<void> {
  for (;;) {
    const isThere = await fetch(url).then(
      (response) => response.text().then(() => true),
      () => false,
    );
    if (isThere) return;
    await setImmediate();
  }
}

/** Starts VictoriaMetrics with a past: the text format with timestamps in milliseconds. */
export async function startVictoriaMetricsWith(history: string): Promise<RealServer> {
  const server = await startServer(async ({ port, folder }) => ({
    binary: victoria,
    args: [`-storageDataPath=${join(folder, "data")}`, `-httpListenAddr=127.0.0.1:${port}`],
    // Logged a moment before it listens.
    readyLine: "pprof handlers are exposed at",
  }));
  await listening(server.url);
  const sent = await fetch(`${server.url}/api/v1/import/prometheus`, { method: "POST", body: history });
  if (!sent.ok) throw new Error(`VictoriaMetrics refuses the history: HTTP ${sent.status}`);
  // Samples are to be found a few seconds later, or at once after this.
  await fetch(`${server.url}/internal/force_flush`);
  return server;
}
