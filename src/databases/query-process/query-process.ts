import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import type { Json } from "../../gate/json.js";
import { jsonLine } from "./json-line.mjs";

/** A program that answers one query in a process of its own, and what it is given before it knows the query. */
export interface QueryProgram {
  /** Its file. It may read the folder of it, too. */
  readonly file: string;
  /** What else it may read: folders, and files. */
  readonly readable: readonly string[];
  /** Whether it loads native code, which Node's permissions do not bind. */
  readonly hasAddon: boolean;
  /** What it loads before it is asked. */
  readonly preload: Json;
  /** How the names of its folders begin. */
  readonly prefix: string;
}

/** A process that waits for its query, is asked one, and ends. */
export interface QueryProcess {
  /** The one folder that it may read and write. Its asker makes it; the process removes it where its asker was killed. */
  readonly folder: string;
  readonly output: Readable;
  /** Tells it something, as a line of JSON. */
  readonly write: (message: unknown) => void;
  readonly kill: () => void;
  readonly hasEnded: () => boolean;
  /** Resolves to what it complained of, shortened, when it has ended. */
  readonly ended: Promise<string>;
  /** Lets the process of its asker end before this one, or does not. It does not from the start. */
  readonly keepAsker: (isKept: boolean) => void;
}

/** How a process is started before there is a query for it. */
export interface SpareOptions {
  /** How long it waits for one. Milliseconds. */
  readonly idleMs: number;
}

const maxErrors = 10_000;

/** What keeps a process of Node from ending, or does not. */
interface Referenced {
  ref(): unknown;
  unref(): unknown;
}

/**
 * Starts a program under Node's own permissions: no file but its own and its folder, no process, no addon but its driver's.
 *
 * Nothing of ours, such as NODE_OPTIONS or a password in a variable, reaches it. It ends itself, and removes its folder, when its asker
 * has ended, also where that is killed. A spare one rehearses a query first, and ends itself where none comes. One that could not be
 * started has ended, and complains of that.
 */
export function startQueryProcess(program: QueryProgram, folder: string, spare?: SpareOptions): QueryProcess {
  const task = { preload: program.preload, ...spare };
  const args = ["--no-warnings", program.file, JSON.stringify(task)];
  // Every user of a machine may see what a process is called with, and nobody else's variables: the folder's name stays ours.
  const env = { NODE_OPTIONS: permissionsOf(program, folder).map(quoted).join(" ") };
  // Not in its own folder, which may not be there yet.
  const start = () => spawn(process.execPath, args, { env, cwd: dirname(folder), stdio: ["pipe", "pipe", "pipe"] });
  const child = started(start);
  if ("complaint" in child) return neverStarted(folder, child.complaint);
  let errors = "";
  let hasEnded = false;
  const ended = new Promise<string>((resolve) => {
    child.on("error", (error) => {
      hasEnded = true;
      resolve(String(error));
    });
    child.on("close", () => resolve(errors));
  });
  child.on("exit", () => (hasEnded = true));
  // Read, or a process that says much would wait for ever to be read.
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (errors = (errors + chunk).slice(0, maxErrors)));
  // A process that is killed while it is written to breaks the pipe; its end says the rest.
  child.stdin.on("error", () => {});
  const handles: readonly Referenced[] = [child, ...(child.stdio.slice(0, 3) as unknown as readonly Socket[])];
  const write = (message: unknown) => void child.stdin.write(jsonLine(message));
  write(folder);
  return {
    folder,
    output: child.stdout,
    write,
    kill: () => void child.kill("SIGKILL"),
    hasEnded: () => hasEnded,
    ended,
    keepAsker: (isKept) => {
      for (const handle of handles) {
        if (isKept) handle.ref();
        else handle.unref();
      }
    },
  };
}

/** Starts a process. Where the system refuses, Node throws, or gives a child without pipes, and says why a moment later. */
function started(
  start: () => ChildProcessWithoutNullStreams,
): ChildProcessWithoutNullStreams | { readonly complaint: Promise<string> } {
  try {
    const child = start();
    if ((child as ChildProcess).stdin) return child;
    return { complaint: once(child, "error").then(([error]) => String(error)) };
  } catch (error) {
    return { complaint: Promise.resolve(String(error)) };
  }
}

const nothing = () => {};

function neverStarted(folder: string, complaint: Promise<string>): QueryProcess {
  const output = Readable.from([]);
  return { folder, output, write: nothing, kill: nothing, hasEnded: () => true, ended: complaint, keepAsker: nothing };
}

function permissionsOf({ file, readable, hasAddon }: QueryProgram, folder: string): readonly string[] {
  const isStable = process.allowedNodeEnvironmentFlags.has("--permission");
  // With the star, as it is not there yet: Node takes a name without one for a file's.
  const own = join(folder, "*");
  return [
    isStable ? "--permission" : "--experimental-permission",
    // For the thread that watches over it.
    "--allow-worker",
    ...(hasAddon ? ["--allow-addons"] : []),
    ...[file, ...readable, own].map((path) => `--allow-fs-read=${path}`),
    `--allow-fs-write=${own}`,
  ];
}

/** An option as NODE_OPTIONS is read: between quotes, blanks and backslashes are a part of it. */
function quoted(option: string): string {
  return `"${option.replace(/[\\"]/g, "\\$&")}"`;
}
