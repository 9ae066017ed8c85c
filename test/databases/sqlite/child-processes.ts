import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Whether the system tells of processes by files, as Linux does. */
export const hasProcesses: boolean = existsSync("/proc/self/stat");

/** The processes of this one that ask SQLite: not the one that waits. Where there is no list of processes, none. */
export function childProcesses(): readonly string[] {
  return queryProcesses().filter((id) => !isSpare(id));
}

/** The process that waits for the next query, by its id, and any other that does. */
export function spareProcesses(asker: number | undefined = process.pid): readonly string[] {
  return queryProcesses(asker).filter(isSpare);
}

function queryProcesses(asker: number | undefined = process.pid): readonly string[] {
  const children = hasProcesses ? childrenOf(asker) : [];
  return children.filter((id) => /-child\.|release-gates: /.test(commandOf(id)));
}

/** It says so itself, and before it can, its task does: only one that waits is told for how long. */
function isSpare(id: string): boolean {
  return /waits for a query|"idleMs"/.test(commandOf(id));
}

/** What a process says first. Rejects where it ends before it says anything: nobody would wait for it in vain. */
export function firstWords(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", (chunk: Buffer) => resolve(String(chunk)));
    child.once("close", () => reject(new Error("the process ended before it said anything")));
    child.once("error", reject);
  });
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
