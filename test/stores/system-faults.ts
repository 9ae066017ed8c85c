import { spawnSync } from "node:child_process";
import { describeWherePossible, describeWithService } from "../helpers/services.js";

/** Describes tests in which strace makes the calls of a process fail. */
export function describeWithStrace(name: string, body: () => void): void {
  const isInstalled = succeeds("strace", "--version");
  const may = succeeds("strace", "-qq", "-e", "trace=none", "true");
  if (!isInstalled || may) describeWithService(name, may, "Install strace.", body);
  else describeWherePossible(name, may, "Run it where one process may trace another.", body);
}

/** Whether one process may set the limits of another here. */
export function hasPrlimit(): boolean {
  return succeeds("prlimit", "--version");
}

function succeeds(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

/**
 * A command under which the system does this to a process at a call of its own, counted for each of its threads:
 * `fsync:error=ENOSPC:when=1`, `link:signal=KILL:when=3`.
 */
export function withFault(fault: string): readonly string[] {
  const [call = ""] = fault.split(":");
  return ["strace", "-f", "-qq", "-e", `trace=${call}`, "-e", `inject=${fault}`];
}

/** A command under which a process may have no larger files, in bytes, or no more of them open. */
export function withLimit(what: "fsize" | "nofile", most: number): readonly string[] {
  return ["prlimit", `--${what}=${most}:${most}`];
}
