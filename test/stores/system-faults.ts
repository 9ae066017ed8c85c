import { spawnSync } from "node:child_process";

/** Whether one process may look at the calls of another here, and change them. */
export function hasStrace(): boolean {
  return spawnSync("strace", ["-qq", "-e", "trace=none", "true"], { stdio: "ignore" }).status === 0;
}

/** Whether one process may set the limits of another here. */
export function hasPrlimit(): boolean {
  return spawnSync("prlimit", ["--version"], { stdio: "ignore" }).status === 0;
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
