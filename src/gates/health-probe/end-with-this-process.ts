import { spawn } from "node:child_process";

/** Watches over a process group. */
export interface GroupGuard {
  /** Calls it off; resolves when it is gone. */
  dismiss(): Promise<void>;
}

// Reads until this process ends, which closes the pipe; then kills the group.
const script = 'read -r nothing; kill -9 "-$1"';

/**
 * Kills a process group when this process ends, however it ends: by a signal, by SIGKILL, or of itself.
 *
 * A process of its own does that, at the other end of a pipe: nothing in this one could act on a SIGKILL, and a listener for
 * signals would take their handling away from whoever uses this library. Without /bin/sh there is no guard.
 */
export function endWithThisProcess(groupId: number): GroupGuard {
  const guard = spawn("/bin/sh", ["-c", script, "sh", String(groupId)], {
    // Ctrl-C reaches the whole group of this process; the guard must outlive it.
    detached: true,
    env: {},
    stdio: ["pipe", "ignore", "ignore"],
  });
  const gone = new Promise<void>((resolve) => {
    guard.once("close", () => resolve());
    guard.once("error", () => resolve());
  });
  guard.stdin.on("error", () => {});
  return {
    dismiss: () => {
      guard.kill("SIGKILL");
      return gone;
    },
  };
}
