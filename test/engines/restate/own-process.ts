import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Sees to it that a process does not outlive this one, even where a test ran out of time. */
export function diesWithUs(child: ChildProcess): void {
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
}

/** Kills a process as a power cut would, and waits until it is gone. */
export async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}
