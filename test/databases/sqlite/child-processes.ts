import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Whether the system tells of processes by files, as Linux does. */
export const hasProcesses: boolean = existsSync("/proc/self/stat");

/** The processes of this one that ask SQLite. Where there is no list of processes, none. */
export function childProcesses(): readonly string[] {
  const commands = hasProcesses ? childrenOf(process.pid).map(commandOf) : [];
  return commands.filter((command) => command.includes("sqlite-child"));
}

/** The children of a process. */
export function childrenOf(parent: number | undefined): readonly string[] {
  return readdirSync("/proc").filter((id) => /^\d+$/.test(id) && parentOf(id) === String(parent));
}

/** The command of a process; nothing where it has ended. */
export function commandOf(id: string): string {
  return processFile(id, "cmdline");
}

function parentOf(id: string): string | undefined {
  return processFile(id, "stat")
    .replace(/^.*\) \S /, "")
    .split(" ")[0];
}

function processFile(id: string, name: string): string {
  try {
    return readFileSync(`/proc/${id}/${name}`, "utf8");
  } catch {
    return "";
  }
}
