import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ServiceArguments, ServicePorts } from "./service.js";

/** A version of the service that runs. */
export interface Service extends AsyncDisposable {
  readonly version: string;
  /** Where it answers. */
  readonly url: string;
  /** Where it tells its metrics. */
  readonly metricsUrl: string;
}

/** Starts the service as a process of its own, and resolves when it listens. */
export async function startService(options: ServiceArguments): Promise<Service> {
  const program = fileURLToPath(new URL("service.ts", import.meta.url));
  // Its standard input closes with this process, however that ends; then it ends, too.
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), program, JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  // A service that is gone already needs no end of its input.
  child.stdin.on("error", () => {});
  const died = exited.then(() => Promise.reject(new Error(`version ${options.version} did not start`)));
  died.catch(() => {});
  const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), died])) as [string];
  const { port, metricsPort } = JSON.parse(line) as ServicePorts;
  return {
    version: options.version,
    url: `http://127.0.0.1:${port}`,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}
